//! The kiosk in sandbox mode: in a window for a person, or guided registrations where there is no display.

use std::process::Command;

use anyhow::Result;

use crate::{command::run as run_command, kiosk, packages, places};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Show three guided registrations instead of opening the kiosk for you
    #[arg(long)]
    demo: bool,
    /// With --demo: copy film and pictures to docs/media
    #[arg(long, requires = "demo")]
    keep: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    packages::ensure(packages::TO_BUILD)?;
    if arguments.demo {
        return demo(arguments.keep);
    }
    if !places::has_display() {
        println!("There is no display here (neither WAYLAND_DISPLAY nor DISPLAY is set).");
        println!("Three guided registrations follow, in the same program on a virtual one.");
        return demo(arguments.keep);
    }
    let kiosk = kiosk::build(kiosk::Build::Plain, kiosk::Profile::Debug)?;
    run_command(Command::new(kiosk).args(["--mode", "sandbox"]))
}

fn demo(keep: bool) -> Result<()> {
    packages::ensure(packages::TO_DRIVE)?;
    kiosk::ensure_driver()?;
    let kiosk = kiosk::build(kiosk::Build::Driven, kiosk::Profile::Debug)?;
    let mut demo = kiosk::driven_node(&kiosk, 0);
    demo.arg("tests/demo/demo.mjs");
    if keep {
        demo.arg("--keep");
    }
    run_command(&mut demo)
}
