use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use reqwest::{Certificate, Client, StatusCode};

use test_support::postgres::{Cluster, OWNER, RUN_TIME};

use crate::place::{HOST, Place, Serving, ended, make_certificates};

/// Who asks at a socket by the name of the portal.
fn client(at: SocketAddr, authority: Option<&[u8]>) -> Client {
    let mut builder = Client::builder().no_proxy().resolve(HOST, at).timeout(Duration::from_mins(1));
    if let Some(pem) = authority {
        builder = builder.tls_certs_only([Certificate::from_pem(pem).expect("a certificate")]);
    }
    builder.build().expect("a client")
}

async fn get(client: &Client, scheme: &str, at: SocketAddr, path: &str) -> (StatusCode, String) {
    let request = client.get(format!("{scheme}://{HOST}:{}{path}", at.port())).header("host", HOST);
    let response = request.send().await.expect("an answer");
    (response.status(), response.text().await.expect("text"))
}

#[tokio::test]
async fn it_serves_over_http_and_says_whether_the_database_answers() {
    let (_place, serving) = Place::migrated().serve_from();
    let client = client(serving.at, None);
    assert_eq!(get(&client, "http", serving.at, "/healthz").await, (StatusCode::OK, "ok".to_owned()));
    assert_eq!(get(&client, "http", serving.at, "/readyz").await, (StatusCode::OK, "ready".to_owned()));
    let (status, _) = get(&client, "http", serving.at, "/api/kiosk/v1/practice").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "who shows no credential is no kiosk");
}

#[tokio::test]
async fn it_serves_over_tls_to_whoever_trusts_its_authority_and_to_nobody_without() {
    let place = Place::migrated();
    make_certificates(place.folder.path(), &[HOST]);
    let in_folder = |name: &str| place.folder.path().join(name).display().to_string();
    let (certificate, key) = (in_folder("server.pem"), in_folder("server.key"));
    let authority = std::fs::read(in_folder("ca.pem")).expect("the authority");
    let place = place
        .and(&format!("certificate_file = '{certificate}'"))
        .and(&format!("certificate_key_file = '{key}'"))
        .and(&format!("public_origin = 'https://{HOST}'"));
    let serving = place.serve();
    let trusting = client(serving.at, Some(&authority));
    assert_eq!(get(&trusting, "https", serving.at, "/readyz").await, (StatusCode::OK, "ready".to_owned()));

    let url = format!("https://{HOST}:{}/healthz", serving.at.port());
    assert!(client(serving.at, None).get(url).send().await.is_err(), "an unknown authority");
    let plain = client(serving.at, None).get(format!("http://{HOST}:{}/healthz", serving.at.port()));
    assert!(plain.send().await.is_err(), "nothing is served in the clear");
}

#[tokio::test]
async fn the_database_is_reached_over_verified_tls_and_its_end_is_seen() {
    let cluster = Cluster::over_tls();
    let database = cluster.new_database(None);
    let address = |role, server| cluster.tls_address(role, &database, server, &cluster.authority());
    let place = Place::new().and(&format!("database_address = '{}'", address(RUN_TIME, "localhost")));
    let owner = address(OWNER, "localhost");
    let migrated = ended(place.command(&["migrate"]).env("VESTIBULE_OWNER_ADDRESS", owner));
    assert_eq!(migrated.code, Some(0), "{migrated:?}");

    let by_another_name = address(RUN_TIME, "127.0.0.1");
    let mut check = place.command(&["check-config", "--connect"]);
    let refused = ended(check.env("VESTIBULE_DATABASE_ADDRESS", by_another_name));
    assert_eq!(refused.code, Some(1));
    assert!(refused.stdout.starts_with("database_address: the database cannot be opened"), "{refused:?}");
    assert!(refused.stdout.contains("certificate"), "{refused:?}");

    let mut serving = place.serve();
    let client = client(serving.at, None);
    assert_eq!(get(&client, "http", serving.at, "/readyz").await, (StatusCode::OK, "ready".to_owned()));
    drop(cluster);
    let (status, said) = get(&client, "http", serving.at, "/readyz").await;
    assert_eq!((status, said.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "not ready"));
    assert_eq!(get(&client, "http", serving.at, "/healthz").await.0, StatusCode::OK, "it lives");
    serving.wait_for("the database is away");
}

#[test]
fn a_certificate_without_its_own_key_stops_the_start() {
    let place = Place::migrated();
    make_certificates(place.folder.path(), &[HOST]);
    let in_folder = |name: &str| place.folder.path().join(name).display().to_string();
    let (certificate, key) = (in_folder("server.pem"), in_folder("ca.key"));
    let place = place
        .and(&format!("certificate_file = '{certificate}'"))
        .and(&format!("certificate_key_file = '{key}'"));
    let ended = place.run(&["serve"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.starts_with("certificate_file: "), "{ended:?}");
}

#[tokio::test]
async fn either_signal_ends_it_well_and_nobody_is_served_after() {
    for signal in ["-TERM", "-INT"] {
        let (_place, serving) = Place::migrated().serve_from();
        let at = serving.at;
        serving.tell(signal);
        let (code, log) = serving.stopped();
        assert_eq!(code, Some(0), "{signal}: {log}");
        assert!(log.contains("told to stop") && log.contains("stopped"), "{log}");
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
        assert!(TcpStream::connect(at).is_err(), "nobody listens any more");
    }
}

#[test]
fn a_portal_that_is_told_to_stop_before_it_is_up_stops_at_once() {
    let place = Place::migrated();
    let cluster = Cluster::shared();
    // Somebody else makes match keys, and takes long.
    let busy = cluster.hold_table(&place.database, "match_indexes");
    let serving = Serving::starting(place.command(&["serve"]));
    cluster.wait_for_a_waiter(&place.database);
    serving.tell("-TERM");
    let (code, log) = serving.stopped();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("listening"), "{log}");
    drop(busy);
}

#[test]
fn a_request_that_is_under_way_is_answered_before_the_end() {
    let (_place, mut serving) = Place::migrated().serve_from();
    let mut stream = TcpStream::connect(serving.at).expect("connected");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("set");
    // A form whose last byte is still to come: the handler is at work.
    let head = format!(
        "POST /c HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 2\r\nexpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut going_on = [0; 25];
    stream.read_exact(&mut going_on).expect("it asks for the form");
    assert_eq!(&going_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    serving.tell("-TERM");
    serving.wait_for("told to stop");
    stream.write_all(b"a=").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert!(answer.contains("Willow Lane"), "a page of the practice: {answer}");
    assert_eq!(serving.stopped().0, Some(0));
}

#[test]
fn a_database_that_was_never_migrated_stops_the_start_with_what_to_do() {
    let ended = Place::new().run(&["serve"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("migrate it first"), "{ended:?}");
}

#[test]
fn two_portals_that_start_together_on_an_empty_sandbox_both_serve_and_fill_it_once() {
    let place = Place::migrated();
    let commands = [place.command(&["serve"]), place.command(&["serve"])];
    let starting = commands.map(|command| std::thread::spawn(|| Serving::start(command)));
    let serving = starting.map(|start| start.join().expect("it listens"));
    for (table, rows) in [("patients", 1000), ("match_records", 1000), ("match_indexes", 1)] {
        assert_eq!(Cluster::shared().rows_of(&place.database, table), rows, "{table}");
    }
    for portal in serving {
        portal.tell("-TERM");
        let (code, log) = portal.stopped();
        assert_eq!(code, Some(0), "{log}");
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    }
}

#[test]
fn no_other_mode_than_sandbox_is_served() {
    for (mode, why) in [("trial", "not built yet"), ("live", "needs an https origin")] {
        let ended = Place::migrated().and(&format!("mode = '{mode}'")).run(&["serve"]);
        assert_eq!(ended.code, Some(1), "{mode}");
        assert!(ended.stderr.contains(why), "{ended:?}");
    }
}

#[test]
fn an_address_that_is_taken_is_said_under_its_key() {
    let (_place, serving) = Place::migrated().serve_from();
    let ended = Place::migrated().and(&format!("listen_address = '{}'", serving.at)).run(&["serve"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.starts_with("listen_address: nothing can listen there"), "{ended:?}");
}

#[tokio::test]
async fn an_encrypted_file_serves_as_well() {
    let place = Place::new();
    let file = place.folder.path().join("practice.db");
    let place = place.and(&format!("database_file = '{}'", file.display())).without("database_address");
    let serving = place.serve();
    let client = client(serving.at, None);
    assert_eq!(get(&client, "http", serving.at, "/readyz").await, (StatusCode::OK, "ready".to_owned()));
    serving.tell("-TERM");
    assert_eq!(serving.stopped().0, Some(0));
    let bytes = std::fs::read(&file).expect("the file");
    assert!(!bytes.starts_with(b"SQLite format 3"), "it is encrypted");
}
