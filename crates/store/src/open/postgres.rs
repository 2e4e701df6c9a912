//! The server: two roles, one that owns the tables and one that runs the portal.
//!
//! Every transaction says in which practice it is, and the policies of `migrations/postgres` show it no row of another. The
//! run-time role can neither change the schema nor rewrite the access log.

use std::sync::Arc;

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Row as _, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use tokio::sync::Mutex;

use matching::Pepper;
use registration::ids::PracticeId;

use super::{Database, NEWEST_MIGRATION, READ_STAMP, Stamp, Store, TURN, WRITE_STAMP, newest, same_mode};
use crate::error::OpenError;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Where to connect and as whom. `Debug` shows nothing.
#[derive(Clone)]
pub struct PostgresLogin(PgConnectOptions);

impl PostgresLogin {
    /// From `postgres://role@host/database?sslmode=verify-full&sslrootcert=…`; the password is given apart, because an
    /// address is shown in many places. `host=/folder` among the parameters is the folder of a socket; every other server
    /// must be verified.
    pub fn parse(address: &str, password: Option<&str>) -> Result<Self, OpenError> {
        let options: PgConnectOptions = address.parse().map_err(OpenError::Unavailable)?;
        if options.get_socket().is_none() && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
            return Err(OpenError::NotVerified);
        }
        // The driver would log every slow statement.
        let options = options.application_name("vestibule").disable_statement_logging();
        Ok(Self(match password {
            Some(password) => options.password(password),
            None => options,
        }))
    }

    pub(crate) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    /// The role it logs in as.
    #[must_use]
    pub fn role(&self) -> &str {
        self.0.get_username()
    }
}

impl std::fmt::Debug for PostgresLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresLogin")
    }
}

/// How many connections a portal holds at most, settable with the size of its server in view.
pub const CONNECTIONS: u32 = 16;

/// A server that restarts after a crash shows what it had written and its synchronous standby had not: nobody was told of it, and it is
/// lost if the standby takes the server's place. Whatever a new connection reads, the standby has once it has this message too: what is
/// logged is sent in order (<https://www.postgresql.org/docs/15/warm-standby.html#SYNCHRONOUS-REPLICATION>). Without a standby it costs
/// one write to the log. A standby itself writes nothing, and says by itself that it takes no changes.
const WAIT_FOR_STANDBY: &str =
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'vestibule', '') END";

/// Waits until the standby has what a connection can read that is there already. A server that waits for its standby does not see that
/// nobody waits for the server any more: so one connection waits, for as long as it takes, and whoever gives up leaves it to the next.
async fn as_the_standby_has_it(login: PostgresLogin, turn: Arc<Mutex<()>>) -> Result<(), sqlx::Error> {
    let turn = turn.lock_owned().await;
    let waiting = tokio::spawn(async move {
        let mut connection = login.connect().await?;
        sqlx::query(WAIT_FOR_STANDBY).execute(&mut connection).await?;
        drop(turn);
        connection.close().await
    });
    waiting.await.map_err(|broken_off| sqlx::Error::Io(std::io::Error::other(broken_off)))?
}

/// Row-level security and grants do not hold a superuser, a role that bypasses them, the owner of the tables, who can take them away, or
/// who can become one of these (<https://www.postgresql.org/docs/15/ddl-rowsecurity.html>).
const TOO_POWERFUL: &str = "
SELECT has_table_privilege('access_log', 'UPDATE') OR has_table_privilege('access_log', 'TRUNCATE')
    OR EXISTS (SELECT 1 FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole) AND pg_has_role(oid, 'MEMBER'))
    OR EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(relowner, 'MEMBER'))
    AS is_too_powerful";

impl Store {
    /// Opens a database that [`migrate_postgres`] made; `pepper` is the secret of its match keys. One of a newer or older program, or of another mode, is refused.
    pub async fn open_postgres(
        login: &PostgresLogin,
        pepper: Pepper,
        connections: u32,
        stamp: Stamp,
    ) -> Result<Self, OpenError> {
        let (of_waiting, turn) = (login.clone(), Arc::<Mutex<()>>::default());
        let pool = PgPoolOptions::new()
            .acquire_timeout(TURN)
            .max_connections(connections)
            .after_connect(move |_, _| Box::pin(as_the_standby_has_it(of_waiting.clone(), Arc::clone(&turn))))
            .connect_with(login.0.clone())
            .await?;
        let mut connection = pool.acquire().await?;
        let known = newest(&MIGRATIONS);
        let found = newest_of(&mut connection).await?;
        if found > known {
            return Err(OpenError::TooNew { found, known });
        }
        if found < known {
            return Err(OpenError::TooOld { found, known });
        }
        let row = sqlx::query(READ_STAMP).fetch_one(&mut *connection).await?;
        same_mode(row.try_get("stamp")?, stamp)?;
        if sqlx::query(TOO_POWERFUL).fetch_one(&mut *connection).await?.try_get("is_too_powerful")? {
            return Err(OpenError::RoleTooPowerful);
        }
        drop(connection);
        Ok(Self { database: Database::Postgres(pool), pepper, stamp })
    }
}

/// The newest migration this program has: the version of a database that it opens.
#[must_use]
pub fn newest_version() -> i64 {
    newest(&MIGRATIONS)
}

/// Brings the tables up to this program, stamps a new database, and gives `run_time` exactly what the portal needs. `owner`
/// owns the tables and is used for nothing else.
pub async fn migrate_postgres(owner: &PostgresLogin, run_time: &str, stamp: Stamp) -> Result<(), OpenError> {
    let mut connection = owner.connect().await?;
    let found = newest_of(&mut connection).await?;
    let known = newest(&MIGRATIONS);
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    if found > 0
        && let Some(row) = sqlx::query(READ_STAMP).fetch_optional(&mut connection).await?
    {
        same_mode(row.try_get("stamp")?, stamp)?;
    }
    MIGRATIONS
        .run_direct(None, &mut connection, false)
        .await
        .map_err(|error| OpenError::from(sqlx::Error::from(error)))?;
    sqlx::query(WRITE_STAMP).bind(stamp.as_str()).execute(&mut connection).await?;
    // A function of the migrations, so that what is granted stands beside the tables.
    sqlx::query("SELECT grant_run_time($1)").bind(run_time).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// 0 where nothing was ever migrated.
async fn newest_of(connection: &mut PgConnection) -> Result<i64, OpenError> {
    let row = sqlx::query("SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS migrated")
        .fetch_one(&mut *connection)
        .await?;
    if !row.try_get::<bool, _>("migrated")? {
        return Ok(0);
    }
    Ok(sqlx::query(NEWEST_MIGRATION).fetch_one(connection).await?.try_get("newest")?)
}

/// One round trip begins the transaction and says whose it is.
pub(crate) async fn begin(
    pool: &PgPool,
    practice: PracticeId,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin_with(beginning("BEGIN", practice)).await
}

/// The same for one that only reads, all of it at one moment.
pub(crate) async fn begin_reading(
    pool: &PgPool,
    practice: PracticeId,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin_with(beginning("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", practice)).await
}

fn beginning(begin: &str, practice: PracticeId) -> sqlx::AssertSqlSafe<String> {
    // A UUID is written in hexadecimal digits and hyphens: nothing in it ends the literal.
    sqlx::AssertSqlSafe(format!("{begin}; SET LOCAL vestibule.practice_id = '{}'", practice.0))
}
