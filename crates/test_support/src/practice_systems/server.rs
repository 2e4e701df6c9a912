//! What the fakes share: a listener, the list of requests, and the failures.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Response, header},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    late::{Held, Late},
    seen::Seen,
};

/// What a fake answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Besides the content type.
    pub headers: Vec<(&'static str, String)>,
    /// As text.
    pub body: String,
}

impl Reply {
    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string() }
    }

    /// Nothing but a status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }
}

/// What a fake holds and how it answers while nothing fails.
pub trait World: Send + 'static {
    /// Of its JSON.
    const CONTENT_TYPE: &'static str;

    /// Answers, and changes what it holds.
    fn answer(&mut self, seen: &Seen) -> Reply;
}

/// The practice's key, as the system sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyState {
    /// Reads and writes.
    #[default]
    Good,
    /// Ended, or switched off.
    Expired,
    /// Reads.
    ReadOnly,
}

/// How the next request fails. Only those that say so reach what the fake holds.
#[derive(Clone, Debug)]
pub enum Failure {
    /// 429; the pause as a header of this name.
    TooManyRequests(Option<(&'static str, &'static str)>),
    /// Another status, before anything is done.
    Status(u16),
    /// Takes the request and says nothing, ever.
    NeverAnswers,
    /// Does what was asked and says nothing, ever.
    DoneThenNeverAnswers,
    /// Does what was asked; the answer breaks off in its middle.
    DoneThenCut,
    /// Does what was asked and says 500 all the same.
    DoneThenStatus(u16),
    /// The answer breaks off in its middle; nothing was done.
    Cut,
    /// The answer breaks off in its middle; what was asked is done when it is asked again.
    DoneLate(Late),
    /// Sends the caller to this address.
    Redirect(String),
    /// The right answer, called another type.
    ContentType(&'static str),
    /// Text that is no JSON.
    NotJson,
    /// The right answer, twice in a row.
    Twice,
    /// An answer of this many MiB.
    Endless(usize),
    /// The right answer to another question.
    Instead(Value),
}

type Meanwhile<W> = Box<dyn FnOnce(&mut W) + Send>;

struct Inside<W> {
    world: W,
    seen: Vec<Seen>,
    changes: Vec<Seen>,
    failures: VecDeque<(Which, Failure)>,
    met: Vec<Failure>,
    held: Held,
    after_any: Option<Meanwhile<W>>,
    after_write: (Option<Meanwhile<W>>, Option<Failure>),
}

#[derive(Clone, Copy)]
enum Which {
    Any,
    Read,
    Write,
    /// A write that makes a record.
    New,
    /// Another write.
    Change,
}

impl Which {
    fn is(self, seen: &Seen) -> bool {
        match self {
            Self::Any => true,
            Self::Read => !seen.is_write(),
            Self::Write => seen.is_write(),
            Self::New => seen.is_new(),
            Self::Change => seen.is_write() && !seen.is_new(),
        }
    }
}

/// A running fake. It stops when it is dropped.
pub struct Fake<W> {
    address: SocketAddr,
    inside: Arc<Mutex<Inside<W>>>,
    running: JoinHandle<()>,
}

impl<W> std::fmt::Debug for Fake<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fake").field("address", &self.address).finish_non_exhaustive()
    }
}

impl<W> Drop for Fake<W> {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn lock<W>(inside: &Mutex<Inside<W>>) -> MutexGuard<'_, Inside<W>> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W: World> Fake<W> {
    /// Listens on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub async fn start(world: W) -> Self {
        let inside = Inside {
            world,
            seen: Vec::new(),
            changes: Vec::new(),
            failures: VecDeque::new(),
            met: Vec::new(),
            held: Held::default(),
            after_any: None,
            after_write: (None, None),
        };
        let inside = Arc::new(Mutex::new(inside));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(handle::<W>).with_state(Arc::clone(&inside));
        let running = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves until it is stopped");
        });
        Self { address, inside, running }
    }

    /// "<http://127.0.0.1:1234>".
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next requests fail so, one after the other.
    pub fn fail_next(&self, failures: impl IntoIterator<Item = Failure>) {
        lock(&self.inside).failures.extend(failures.into_iter().map(|failure| (Which::Any, failure)));
    }

    /// Nothing fails any more.
    pub fn clear_failures(&self) {
        lock(&self.inside).failures.clear();
    }

    /// The failures that a request has met, oldest first.
    #[must_use]
    pub fn met(&self) -> Vec<Failure> {
        lock(&self.inside).met.clone()
    }

    /// The next request that writes fails so; those that read before it do not.
    pub fn fail_next_write(&self, failure: Failure) {
        lock(&self.inside).failures.push_back((Which::Write, failure));
    }

    /// The next request that only reads fails so; those that write before it do not.
    pub fn fail_next_read(&self, failure: Failure) {
        lock(&self.inside).failures.push_back((Which::Read, failure));
    }

    /// The next request that makes a record fails so.
    pub fn fail_next_new(&self, failure: Failure) {
        lock(&self.inside).failures.push_back((Which::New, failure));
    }

    /// The next request that changes a record fails so.
    pub fn fail_next_change(&self, failure: Failure) {
        lock(&self.inside).failures.push_back((Which::Change, failure));
    }

    /// The next request after the next write fails so.
    pub fn fail_after_next_write(&self, failure: Failure) {
        lock(&self.inside).after_write.1 = Some(failure);
    }

    /// Something happens there right after the next write: at reception, say.
    pub fn after_next_write(&self, happens: impl FnOnce(&mut W) + Send + 'static) {
        lock(&self.inside).after_write.0 = Some(Box::new(happens));
    }

    /// Something happens there right after the next request, whatever it is.
    pub fn after_next(&self, happens: impl FnOnce(&mut W) + Send + 'static) {
        lock(&self.inside).after_any = Some(Box::new(happens));
    }

    /// Looks at what it holds, or changes it.
    pub fn with<T>(&self, look: impl FnOnce(&mut W) -> T) -> T {
        look(&mut lock(&self.inside).world)
    }

    /// Every request, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.inside).seen.clone()
    }

    /// How many requests there were that nothing befell.
    #[must_use]
    pub fn served(&self) -> usize {
        let inside = lock(&self.inside);
        inside.seen.len() - inside.met.len()
    }

    /// The requests that would change something.
    #[must_use]
    pub fn writes(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(Seen::is_write).collect()
    }

    /// Requests that are still held: the same was never asked again.
    #[must_use]
    pub fn held(&self) -> usize {
        lock(&self.inside).held.waiting()
    }

    /// What was worked on late, and the status of its answer.
    #[must_use]
    pub fn worked_on_late(&self) -> Vec<(Seen, u16)> {
        lock(&self.inside).held.worked_on.clone()
    }

    /// Those of them that what it holds has taken in time, whatever the answer was.
    #[must_use]
    pub fn changes(&self) -> Vec<Seen> {
        lock(&self.inside).changes.clone()
    }
}

impl<W: World> Inside<W> {
    fn answer(&mut self, seen: &Seen) -> Reply {
        self.held.work_on(Late::BeforeTheRepeat, seen, &mut self.world);
        let reply = self.world.answer(seen);
        self.held.work_on(Late::AfterTheRepeat, seen, &mut self.world);
        reply
    }
}

async fn handle<W: World>(State(inside): State<Arc<Mutex<Inside<W>>>>, request: Request) -> Response<Body> {
    let seen = Seen::read(request).await;
    let (failure, reply) = {
        let mut inside = lock(&inside);
        inside.seen.push(seen.clone());
        let fails = inside.failures.front().is_some_and(|(which, _)| which.is(&seen));
        let failure = if fails { inside.failures.pop_front().map(|(_, failure)| failure) } else { None };
        let reply =
            if failure.as_ref().is_some_and(is_before) { Reply::status(500) } else { inside.answer(&seen) };
        if let Some(Failure::DoneLate(late)) = failure {
            inside.held.hold(late, seen.clone());
        }
        inside.met.extend(failure.clone());
        if seen.is_write() && (200..300).contains(&reply.status) {
            inside.changes.push(seen.clone());
        }
        let (mut happens, mut fails) = (inside.after_any.take(), None);
        if seen.is_write() {
            happens = happens.or(inside.after_write.0.take());
            fails = inside.after_write.1.take();
        }
        if let Some(happens) = happens {
            happens(&mut inside.world);
        }
        inside.failures.extend(fails.map(|failure| (Which::Any, failure)));
        (failure, reply)
    };
    match failure {
        None => respond(reply, W::CONTENT_TYPE),
        Some(Failure::NeverAnswers | Failure::DoneThenNeverAnswers) => std::future::pending().await,
        Some(failure) => failed(failure, reply, W::CONTENT_TYPE),
    }
}

/// Whether what the fake holds is not reached.
const fn is_before(failure: &Failure) -> bool {
    match failure {
        Failure::TooManyRequests(_)
        | Failure::Status(_)
        | Failure::NeverAnswers
        | Failure::Cut
        | Failure::DoneLate(_)
        | Failure::Redirect(_)
        | Failure::NotJson
        | Failure::Endless(_)
        | Failure::Instead(_) => true,
        Failure::DoneThenNeverAnswers
        | Failure::DoneThenCut
        | Failure::DoneThenStatus(_)
        | Failure::ContentType(_)
        | Failure::Twice => false,
    }
}

fn failed(failure: Failure, mut reply: Reply, content_type: &'static str) -> Response<Body> {
    match failure {
        Failure::TooManyRequests(pause) => {
            let mut reply = Reply::status(429);
            reply.headers.extend(pause.map(|(name, value)| (name, value.to_owned())));
            respond(reply, content_type)
        }
        Failure::Status(status) | Failure::DoneThenStatus(status) => {
            respond(Reply::status(status), content_type)
        }
        Failure::DoneThenCut
        | Failure::Cut
        | Failure::DoneLate(_)
        | Failure::NeverAnswers
        | Failure::DoneThenNeverAnswers => cut(content_type),
        Failure::Redirect(to) => {
            let mut reply = Reply::status(302);
            reply.headers.push(("location", to));
            respond(reply, content_type)
        }
        Failure::ContentType(other) => respond(reply, other),
        Failure::NotJson => respond(Reply { body: "<p>Hello".into(), ..Reply::status(200) }, content_type),
        Failure::Twice => {
            reply.body = format!("{0}{0}", reply.body);
            respond(reply, content_type)
        }
        Failure::Endless(mib) => respond(
            Reply { body: format!("\"{}\"", " ".repeat(mib << 20)), ..Reply::status(200) },
            content_type,
        ),
        Failure::Instead(body) => respond(Reply::json(200, &body), content_type),
    }
}

/// A length is promised, a piece comes, and the connection ends.
fn cut(content_type: &'static str) -> Response<Body> {
    let pieces = [Ok(Bytes::from_static(b"{\"patient\": {")), Err(std::io::Error::other("cut"))];
    let body = Body::from_stream(futures::stream::iter(pieces));
    let builder = Response::builder().header(header::CONTENT_TYPE, content_type);
    builder.header(header::CONTENT_LENGTH, 1_000).body(body).expect("a response")
}

fn respond(reply: Reply, content_type: &'static str) -> Response<Body> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    if !reply.body.is_empty() {
        builder = builder.header(header::CONTENT_TYPE, content_type);
    }
    builder.body(Body::from(reply.body)).expect("a response")
}
