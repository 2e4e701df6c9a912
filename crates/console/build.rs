//! Lists what `npm run build` wrote for the console.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

const BUILT: &str = "../../ui/dist-staff";

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is told by cargo through the environment, and by nothing else"
)]
fn told(name: &str) -> String {
    env::var(name).expect("cargo says it")
}

fn main() {
    println!("cargo:rerun-if-changed={BUILT}");
    let built = PathBuf::from(told("CARGO_MANIFEST_DIR")).join(BUILT);
    let mut paths = Vec::new();
    if built.is_dir() {
        collect(&built, &built, &mut paths);
    } else if told("PROFILE") == "release" {
        panic!("there is no {}: run `npm run build` in ui first", built.display());
    } else {
        println!(
            "cargo:warning=there is no ui/dist-staff, so /staff shows nothing: run `npm run build` in ui"
        );
    }
    paths.sort_unstable();
    let mut files = String::from("&[\n");
    for path in paths {
        let bytes = built.join(&path);
        writeln!(files, "    (\"{path}\", include_bytes!(r\"{}\")),", bytes.display())
            .expect("a string takes all");
    }
    files.push(']');
    let out = PathBuf::from(told("OUT_DIR"));
    fs::write(out.join("files.rs"), files).expect("the build's own folder can be written");
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder that was built can be read") {
        let path = entry.expect("its entries, too").path();
        if path.is_dir() {
            collect(root, &path, paths);
        } else {
            let relative =
                path.strip_prefix(root).expect("inside").to_str().expect("names of ours are ASCII");
            paths.push(relative.replace('\\', "/"));
        }
    }
}
