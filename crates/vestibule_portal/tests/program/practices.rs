//! Two practices in one program: what each of them is to the other.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Certificate, Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use test_support::{
    postgres::Cluster,
    practice_systems::{FakeDentally, KeyState},
};
use tokio::time::{interval, timeout};

use crate::{
    journey::{code_in, json_of},
    place::{Place, Serving, TWO, make_certificates},
};

/// A message goes out within a second of its promise.
const PATIENCE: Duration = Duration::from_mins(1);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

const PASSWORD: &str = "seven purple lanterns";

/// One of the practices, as whoever stands at its desk reaches it.
struct Desk {
    file: &'static str,
    host: &'static str,
    at: SocketAddr,
    phone_at: SocketAddr,
    client: Client,
    credential: String,
}

/// Both, each with a kiosk.
async fn both(place: &Place) -> (Serving, Desk, Desk) {
    let mut serving = place.serve();
    let at = serving.phone_at;
    serving.next_practice();
    let phones = [at, serving.phone_at];
    let mut desks = Vec::new();
    for ((file, _, _, host), phone_at) in TWO.into_iter().zip(phones) {
        let client = Client::builder().no_proxy().resolve(host, serving.at).timeout(PATIENCE).build();
        let (at, client) = (serving.at, client.expect("a client"));
        let mut desk = Desk { file, host, at, phone_at, client, credential: String::new() };
        let code = enrolment_code(place, file);
        let enrolled = desk.enrol(&code).await;
        let enrolled = json_of(enrolled).await;
        enrolled["credential"].as_str().expect("a credential").clone_into(&mut desk.credential);
        desks.push(desk);
    }
    let [elm, willow] = <[Desk; 2]>::try_from(desks).ok().expect("there are two");
    (serving, elm, willow)
}

fn enrolment_code(place: &Place, file: &str) -> String {
    let printed = place.run(&["--practice", file, "kiosk", "enrol", "--name", "Front desk"]);
    let code = printed.stdout.lines().find_map(|line| line.strip_prefix("Code: "));
    code.unwrap_or_else(|| panic!("a code: {printed:?}")).to_owned()
}

impl Desk {
    fn asking(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("host", self.host)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.at.port())
    }

    async fn get(&self, path: &str) -> Response {
        self.asking(self.client.get(self.url(path))).send().await.expect("an answer")
    }

    /// A form of a page.
    async fn press(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let fields = form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
        let request = self.asking(self.client.post(self.url(path)));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(fields.collect::<Vec<_>>().join("&")).send().await.expect("an answer")
    }

    async fn enrol(&self, code: &str) -> Response {
        self.post("/enrolment", "none", &json!({ "code": code, "mode": "sandbox" })).await
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Response {
        let request = self.client.post(self.url(&format!("/api/kiosk/v1{path}")));
        let request = self.asking(request).bearer_auth(&self.credential).header("idempotency-key", key);
        let request = request.header("content-type", "application/json");
        request.body(body.to_string()).send().await.expect("an answer")
    }

    async fn practice(&self, credential: &str) -> Response {
        let request = self.client.get(self.url("/api/kiosk/v1/practice")).bearer_auth(credential);
        self.asking(request).send().await.expect("an answer")
    }

    /// The same person at each: nothing but the practice tells their registrations apart.
    async fn confirmed(&self) -> String {
        let details = json!({
            "given_name": "Jo",
            "family_name": "Rivers",
            "date_of_birth": { "day": "7", "month": "March", "year": "1985" },
            "email": "jo@example.com",
            "mobile": "07700 900123",
        });
        let body = json!({ "details": details, "language": "en-GB" });
        let answer = self.post("/registrations", "confirm", &body).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", self.file);
        json_of(answer).await["id"].as_str().expect("an id").to_owned()
    }

    async fn check_code(&self, id: &str, key: &str, code: &str) -> Response {
        self.post(&format!("/registrations/{id}/code/check"), key, &json!({ "code": code })).await
    }

    /// The first message of this channel on the practice's own page.
    async fn message(&self, channel: &str) -> Value {
        let looked = timeout(PATIENCE, async {
            let mut looks = interval(BETWEEN_LOOKS);
            loop {
                looks.tick().await;
                let url = format!("http://{}/messages.json?after=0", self.phone_at);
                let answer = self.client.get(url).send().await.expect("an answer");
                let messages = json_of(answer).await["messages"].as_array().expect("messages").clone();
                if let Some(message) = messages.into_iter().find(|message| message["channel"] == channel) {
                    return message;
                }
            }
        });
        looked.await.expect("a message comes")
    }

    /// Where the emailed link leads, without scheme and host.
    async fn link(&self) -> String {
        let email = self.message("email").await;
        let text = email["text"].as_str().expect("a text");
        let (_, path) =
            text.split_once(&format!("http://{}/l/", self.host)).expect("a link to this practice");
        format!("/l/{}", path.split_whitespace().next().expect("a token"))
    }
}

fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split('"').next().expect("its end").to_owned()
}

async fn text_of(answer: Response) -> String {
    answer.text().await.expect("text")
}

/// Rows of each practice, in the order of [`TWO`].
fn rows(place: &Place, table: &str, condition: &str) -> [u64; 2] {
    TWO.map(|(_, id, ..)| Cluster::shared().rows_of_practice(&place.database, table, id, condition))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_registers_at_two_practices_and_nothing_of_one_is_good_at_the_other() {
    let place = Place::migrated().of_two();
    let (serving, elm, willow) = both(&place).await;
    let (at_elm, at_willow) = (elm.confirmed().await, willow.confirmed().await);
    let (code, other) = (code_in(&elm.message("sms").await), code_in(&willow.message("sms").await));

    // The code of one, for one's own registration and for the other's.
    assert_eq!(elm.check_code(&at_willow, "theirs", &other).await.status(), StatusCode::NOT_FOUND);
    if code != other {
        let refused = elm.check_code(&at_elm, "other", &other).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    for (desk, id, code) in [(&elm, &at_elm, &code), (&willow, &at_willow, &other)] {
        assert_eq!(desk.check_code(id, "check", code).await.status(), StatusCode::OK, "{}", desk.file);
        let set = desk
            .post(&format!("/registrations/{id}/password"), "set", &json!({ "password": PASSWORD }))
            .await;
        assert_eq!(set.status(), StatusCode::OK, "{}", desk.file);
    }

    // The link of one, looked behind and opened with the right password.
    let (link, theirs) = (elm.link().await, willow.link().await);
    let dead = elm.get(&theirs).await;
    assert_eq!(dead.status(), StatusCode::NOT_FOUND);
    let opened = elm.press(&format!("{theirs}/password"), &[("password", PASSWORD)]).await;
    assert_eq!(opened.status(), StatusCode::NOT_FOUND);
    let mut terms = Vec::new();
    for (desk, link) in [(&elm, &link), (&willow, &theirs)] {
        let opened = desk.press(&format!("{link}/password"), &[("password", PASSWORD)]).await;
        assert_eq!(opened.status(), StatusCode::OK, "{}", desk.file);
        let page = text_of(opened).await;
        terms.push((hidden(&page, "pass"), hidden(&page, "terms")));
    }

    // The pass of one, which is all that the last page asks for.
    let (pass, version) = &terms[1];
    let answer = [("pass", pass.as_str()), ("terms", version), ("answer", "accept")];
    assert_eq!(elm.press("/t", &answer).await.status(), StatusCode::GONE);
    assert_eq!(rows(&place, "registrations", "state = 'registered'"), [0, 0]);
    for (desk, (pass, version)) in [&elm, &willow].into_iter().zip(&terms) {
        let answer = [("pass", pass.as_str()), ("terms", version), ("answer", "accept")];
        assert_eq!(desk.press("/t", &answer).await.status(), StatusCode::OK, "{}", desk.file);
    }

    serving.tell("-TERM");
    let (code, log) = serving.stopped();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    for (table, of, each) in [
        ("registrations", "state = 'registered'", 1),
        ("accounts", "true", 1),
        ("kiosks", "true", 1),
        ("outbox", "state = 'promised' AND not_before <= now()", 0),
    ] {
        assert_eq!(rows(&place, table, of), [each, each], "{table}");
    }
    for (table, what) in [("limits", "subject"), ("idempotent_answers", "fingerprint")] {
        assert!(rows(&place, table, "true").iter().all(|rows| *rows > 0), "{table}");
        let shared = Cluster::shared().shared_by_practices(&place.database, table, what);
        assert_eq!(shared, 0, "{table}: nobody is known again by what is kept of them");
    }
    for (file, ..) in TWO {
        let verified = place.run(&["access-log", "verify", "--practice", file]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
        assert!(verified.stdout.contains(" 0 waiting"), "its workers have finished: {verified:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kiosk_of_one_is_a_stranger_at_the_other_and_so_is_a_code_for_one() {
    let place = Place::migrated().of_two();
    let (_serving, elm, willow) = both(&place).await;
    let mut recipients = Vec::new();
    for (here, there) in [(&elm, &willow), (&willow, &elm)] {
        let known = here.practice(&here.credential).await;
        assert_eq!(known.status(), StatusCode::OK);
        let known = json_of(known).await;
        assert!(!known.to_string().contains(there.host), "{known}");
        recipients.push(known["journal_recipient"].clone());
        assert_eq!(there.practice(&here.credential).await.status(), StatusCode::UNAUTHORIZED);
    }
    assert_ne!(recipients[0], recipients[1], "what a kiosk keeps is opened by its own practice alone");
    let code = enrolment_code(&place, "willow");
    assert_eq!(elm.enrol(&code).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(willow.enrol(&code).await.status(), StatusCode::OK, "it was not used up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_link_of_one_shows_nothing_of_the_other() {
    let place = Place::migrated().of_two();
    let (_serving, elm, willow) = both(&place).await;
    let made = place.run(&["--practice", "willow", "test-link"]).stdout;
    let path = made.lines().find_map(|line| line.strip_prefix("http://willow.example")).expect("an address");
    assert_eq!(elm.press(path, &[]).await.status(), StatusCode::GONE);
    let opened = || {
        let checked = place.run(&["check-config", "--connect"]).stdout;
        let of = |name: &str| checked.contains(&format!("{name}: public_origin: A phone opened a test link"));
        (of("elm"), of("willow"))
    };
    assert_eq!(opened(), (false, false));
    assert_eq!(willow.press(path, &[]).await.status(), StatusCode::OK);
    assert_eq!(opened(), (false, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_no_practice_is_refused_and_names_none() {
    let place = Place::migrated().of_two();
    let (_serving, elm, willow) = both(&place).await;
    for (desk, name) in [(&elm, "Elm Road"), (&willow, "Willow Lane")] {
        let page = desk.get("/f").await;
        assert_eq!(page.status(), StatusCode::OK);
        assert!(text_of(page).await.contains(name));
    }
    for host in ["oak.example", "elm.example:8443", "elm.example.oak.example", "127.0.0.1"] {
        for path in ["/f", "/healthz", "/api/kiosk/v1/practice"] {
            let request = elm.client.get(elm.url(path)).header("host", host).bearer_auth(&elm.credential);
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            assert_eq!(answer.headers()["x-frame-options"], "DENY");
            let page = text_of(answer).await;
            assert!(!page.contains("Elm") && !page.contains("Willow"), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_practice_whose_system_is_in_trouble_does_not_hold_up_the_other() {
    let fake = FakeDentally::start().await;
    fake.with(|dentally| dentally.key = KeyState::Expired);
    let place = Place::migrated().of_two();
    let key = place.write("dentally-key", FakeDentally::KEY, 0o600);
    let place = place
        .and_in("willow", "practice_system = 'dentally'")
        .and_in("willow", &format!("practice_system_address = '{}'", fake.origin()))
        .and_in("willow", &format!("practice_system_key_file = '{}'", key.display()))
        .and_in("willow", "practice_system_contact = 'it@practice.example'");
    let (mut serving, elm, _willow) = both(&place).await;
    let line = serving.wait_for("the practice system");
    assert!(line.contains("practice{name=\"willow\"}"), "the log says whose: {line}");
    let id = elm.confirmed().await;
    let code = code_in(&elm.message("sms").await);
    assert_eq!(elm.check_code(&id, "check", &code).await.status(), StatusCode::OK);
    serving.tell("-TERM");
    let (ended, log) = serving.stopped();
    assert_eq!(ended, Some(0), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_certificate_that_names_both_hosts_serves_both() {
    let place = Place::migrated().of_two();
    make_certificates(place.folder.path(), &TWO.map(|(.., host)| host));
    let in_folder = |name: &str| place.folder.path().join(name).display().to_string();
    let (certificate, key) = (in_folder("server.pem"), in_folder("server.key"));
    let authority = std::fs::read(in_folder("ca.pem")).expect("the authority");
    let place = place
        .and(&format!("certificate_file = '{certificate}'"))
        .and(&format!("certificate_key_file = '{key}'"));
    let serving = place.serve();
    for (_, _, name, host) in TWO {
        let authority = [Certificate::from_pem(&authority).expect("a certificate")];
        let client = Client::builder().no_proxy().resolve(host, serving.at).timeout(PATIENCE);
        let client = client.tls_certs_only(authority).build().expect("a client");
        let url = format!("https://{host}:{}/f", serving.at.port());
        let page = client.get(url).header("host", host).send().await.expect("an answer");
        assert!(text_of(page).await.contains(name), "{host}");
    }
}

#[test]
fn a_command_works_in_the_practice_that_it_is_told_and_in_no_other() {
    let place = Place::migrated().of_two();
    let file = "id,family_name,date_of_birth\n17,Obi,1985-03-07\n";
    let imported = place.run_with(&["patients", "import", "--practice", "elm"], file.as_bytes());
    assert_eq!((imported.code, imported.stdout.trim()), (Some(0), "1 added, 0 there already, 0 refused."));
    let exported = |practice: &str| place.run(&["--practice", practice, "patients", "export"]).stdout;
    assert!(exported("elm").contains("Obi"));
    assert_eq!(exported("willow").lines().count(), 1, "the first line alone");
    for words in [&["kiosk", "list"][..], &["patients", "import"], &["access-log", "verify"], &["test-link"]]
    {
        let ended = place.run(words);
        assert_eq!(ended.code, Some(2), "{words:?}");
        assert_eq!(ended.stderr.trim(), "--practice: is missing: say one of elm, willow", "{words:?}");
        assert_eq!(ended.stdout, "", "{words:?}");
    }
    for words in [&["serve"][..], &["backup"], &["migrate"], &["check-config"]] {
        let ended = place.run(&[words, &["--practice", "elm"]].concat());
        assert_eq!(ended.code, Some(2), "{words:?}");
        assert!(ended.stderr.starts_with("--practice: this is of all practices together"), "{ended:?}");
    }
}

#[test]
fn what_is_wrong_with_one_file_stops_the_start_and_no_command_of_another_practice() {
    let place = Place::migrated().of_two().and_in("willow", "link_hours = 99").and_in("willow", "lisn = 1");
    let file = place.folder.path().join("practices/willow.toml").display().to_string();
    let lines = [
        format!("{file}: lisn: is no key of this program: docs/operations.md lists them all"),
        format!("{file}: link_hours: is not a whole number of hours from 1 to 72"),
    ];
    let checked = place.run(&["check-config"]);
    assert_eq!(
        (checked.code, checked.stdout.lines().collect::<Vec<_>>()),
        (Some(1), lines.iter().map(String::as_str).collect())
    );
    let served = place.run(&["serve"]);
    assert_eq!(
        (served.code, served.stderr.lines().collect::<Vec<_>>()),
        (Some(1), lines.iter().map(String::as_str).collect())
    );
    assert_eq!(place.run(&["--practice", "willow", "kiosk", "list"]).code, Some(1));
    let other = place.run(&["--practice", "elm", "kiosk", "list"]);
    assert_eq!((other.code, other.stdout.trim()), (Some(0), "There is no kiosk."));
}

#[test]
fn check_config_looks_at_the_database_once_and_at_every_practice() {
    let checked = Place::migrated().of_two().run(&["check-config", "--connect"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let lines: Vec<&str> = checked.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{checked:?}");
    assert!(lines[0].starts_with("database_address: the server answers vestibule"), "{checked:?}");
    assert!(lines[1].starts_with("elm: public_origin: No phone has opened"), "{checked:?}");
    assert!(lines[2].starts_with("willow: public_origin: No phone has opened"), "{checked:?}");
    assert_eq!(lines[3], "The configuration is complete.");
}

#[test]
fn a_page_of_a_sandbox_that_cannot_listen_is_said_to_be_whose_it_is() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("its address");
    let place = Place::migrated().of_two();
    let file =
        std::fs::read_to_string(place.folder.path().join("practices/willow.toml")).expect("it is there");
    place.write("practices/willow.toml", &file.replace("127.0.0.1:0", &at.to_string()), 0o644);
    let ended = place.run(&["serve"]);
    assert_eq!(ended.code, Some(1));
    let said = ended.stderr.lines().last().expect("it says why");
    assert!(said.starts_with("willow: sandbox_phone_address: nothing can listen there"), "{ended:?}");
}
