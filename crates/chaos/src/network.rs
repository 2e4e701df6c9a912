//! The network between kiosks and portals: one address, behind it every portal, and weather of its own.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use rand::{RngExt as _, seq::SliceRandom as _};
use rand_chacha::ChaCha20Rng;
use tokio::{
    io::{AsyncReadExt as _, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::plan::Weather;

const SLOWER_BY: Duration = Duration::from_secs(2);
const LOST_OF_TEN: u32 = 3;

/// How many connections met which weather.
#[derive(Default)]
pub(crate) struct Met {
    pub(crate) whole: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) unanswered: AtomicU64,
    pub(crate) requests_lost: AtomicU64,
    pub(crate) answers_lost: AtomicU64,
    pub(crate) slowed: AtomicU64,
    /// No portal was running.
    pub(crate) nobody_there: AtomicU64,
}

/// What becomes of one connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Whole,
    RequestLost,
    AnswerLost,
}

pub(crate) struct Network {
    pub(crate) at: SocketAddr,
    weather: watch::Sender<Weather>,
    pub(crate) met: Arc<Met>,
}

struct Way {
    portals: Vec<SocketAddr>,
    rng: Mutex<ChaCha20Rng>,
    weather: watch::Receiver<Weather>,
    met: Arc<Met>,
}

impl Network {
    pub(crate) async fn to(portals: Vec<SocketAddr>, rng: ChaCha20Rng) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let (weather, seen) = watch::channel(Weather::Clear);
        let met = Arc::<Met>::default();
        let way = Arc::new(Way { portals, rng: Mutex::new(rng), weather: seen, met: Arc::clone(&met) });
        tokio::spawn(async move {
            while let Ok((kiosk, _)) = listener.accept().await {
                let way = Arc::clone(&way);
                tokio::spawn(async move { way.carry(kiosk).await });
            }
        });
        Ok(Self { at, weather, met })
    }

    pub(crate) fn becomes(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Way {
    /// Until either side ends it, or the weather does.
    async fn carry(&self, kiosk: TcpStream) {
        let mut weather = self.weather.clone();
        let now = *weather.borrow_and_update();
        match now {
            Weather::Refused => return self.count(|met| &met.refused),
            Weather::Silent => {
                self.count(|met| &met.unanswered);
                // Held, and let go of without a word.
                let _ = weather.wait_for(|weather| *weather != Weather::Silent).await;
                return;
            }
            Weather::Clear | Weather::Lossy | Weather::Slow => {}
        }
        let mut through = pin!(self.through(kiosk, now));
        let gone = |weather: &Weather| matches!(weather, Weather::Refused | Weather::Silent);
        let over = tokio::select! {
            () = &mut through => true,
            _ = weather.wait_for(gone) => false,
        };
        if !over {
            // What is under way stands still, and is cut when the network is back.
            let _ = weather.wait_for(|weather| *weather != Weather::Silent).await;
        }
    }

    async fn through(&self, mut kiosk: TcpStream, weather: Weather) {
        let fate = if weather == Weather::Lossy { self.fate() } else { Fate::Whole };
        if fate == Fate::RequestLost {
            return self.count(|met| &met.requests_lost);
        }
        if weather == Weather::Slow {
            self.count(|met| &met.slowed);
            sleep(SLOWER_BY).await;
        }
        let Some(mut portal) = self.a_portal().await else {
            return self.count(|met| &met.nobody_there);
        };
        if fate == Fate::Whole {
            self.count(|met| &met.whole);
            // Either side may be killed meanwhile; the other sees the connection end.
            let _ = copy_bidirectional(&mut kiosk, &mut portal).await;
            return;
        }
        self.count(|met| &met.answers_lost);
        let (mut asked, _unanswered) = kiosk.split();
        let (mut answer, mut request) = portal.split();
        let mut first = [0; 1];
        tokio::select! {
            _ = answer.read(&mut first) => {}
            _ = copy(&mut asked, &mut request) => {}
        }
    }

    fn fate(&self) -> Fate {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        if rng.random_range(0..10) >= LOST_OF_TEN {
            Fate::Whole
        } else if rng.random() {
            Fate::RequestLost
        } else {
            Fate::AnswerLost
        }
    }

    /// Any that listens.
    async fn a_portal(&self) -> Option<TcpStream> {
        let mut portals = self.portals.clone();
        portals.shuffle(&mut *self.rng.lock().unwrap_or_else(PoisonError::into_inner));
        for portal in portals {
            if let Ok(stream) = TcpStream::connect(portal).await {
                return Some(stream);
            }
        }
        None
    }

    fn count(&self, which: impl Fn(&Met) -> &AtomicU64) {
        which(&self.met).fetch_add(1, Ordering::Relaxed);
    }
}
