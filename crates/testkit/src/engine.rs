//! A fresh, empty database of either engine, gone when dropped.

use crate::cluster;
use std::path::Path;
use tempfile::TempDir;
use yixian_store::Db;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own in the test process's cluster.
    Postgres,
}

impl Engine {
    /// Both, in the order tests run them.
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
}

/// A fresh database and a folder for what lies beside it.
#[derive(Debug)]
pub struct Fresh {
    /// Which engine.
    pub engine: Engine,
    folder: TempDir,
    url: Option<String>,
}

impl Fresh {
    /// A database that holds nothing, not even tables.
    pub async fn new(engine: Engine) -> Fresh {
        let folder = TempDir::with_prefix("yixian-").expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(cluster::fresh_database().await),
        };
        Fresh { engine, folder, url }
    }

    /// Opens it; any number of times.
    pub async fn db(&self) -> Db {
        self.db_of(16).await
    }

    /// Opens it with at most so many connections, the writer's among them, where the engine counts them.
    pub async fn db_of(&self, connections: u32) -> Db {
        match &self.url {
            None => Db::open_folder(self.folder.path()).await.expect("the file opens"),
            Some(url) => Db::open_postgres_of(url, connections).await.expect("the database opens"),
        }
    }

    /// The folder: SQLite's data folder, and room for files on either engine.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address, on PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What another process opens it by: the folder or the address.
    pub fn address(&self) -> String {
        self.url.clone().unwrap_or_else(|| self.folder.path().display().to_string())
    }

    /// Opens what [`Fresh::address`] says.
    pub async fn open(address: &str) -> Db {
        if address.starts_with("postgres") {
            Db::open_postgres(address).await.expect("the database opens")
        } else {
            Db::open_folder(Path::new(address)).await.expect("the file opens")
        }
    }
}
