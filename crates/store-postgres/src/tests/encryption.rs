//! What leaves the machine is encrypted, to a database that an authority vouches for and to no other.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use local_postgres::LocalPostgres;

use crate::{ConnectError, Database, Settings};

fn certificates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/certificates")
}

/// A server that speaks TLS, with one of the certificates.
async fn encrypting(certificate: &str) -> LocalPostgres {
    let server = LocalPostgres::start(&local_postgres::Settings::default()).unwrap();
    let folder = server.data_directory();
    let owner = fs::metadata(&folder).unwrap();
    for (file, name) in [(certificate, "server.crt"), ("server.key", "server.key")] {
        let path = folder.join(name);
        fs::write(&path, fs::read(certificates().join(file)).unwrap()).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let (client, connection) =
        tokio_postgres::connect(&server.url("postgres"), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("ALTER SYSTEM SET ssl = on").await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    server
}

fn trusting(server: &LocalPostgres, authority: &str) -> Settings {
    let mut settings = Settings::at(format!("{}?sslmode=require", server.url("postgres")));
    settings.certificate_authorities = Some(certificates().join(authority));
    settings
}

/// A server takes a moment to read its settings anew, and refuses to encrypt until then.
async fn connect(settings: &Settings) -> Result<Database, ConnectError> {
    for _ in 0..100 {
        match Database::connect(settings).await {
            Err(error) if error.to_string().contains("does not support TLS") => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            other => return other,
        }
    }
    panic!("the server does not begin to encrypt");
}

#[tokio::test]
async fn a_database_that_an_authority_vouches_for_is_reached_encrypted_and_no_other() {
    let server = encrypting("server.pem").await;
    let database = connect(&trusting(&server, "authority.pem")).await.unwrap();
    let sql = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row = database.query(sql, &[]).await.unwrap().remove(0);
    assert_eq!((row.get::<_, bool>(0), row.get::<_, &str>(1)), (true, "TLSv1.3"));
    let refused = Database::connect(&trusting(&server, "another_authority.pem")).await;
    let refused = refused.map(drop).unwrap_err().to_string();
    assert!(refused.contains("certificate"), "{refused}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = encrypting("of_another_name.pem").await;
    let refused = connect(&trusting(&server, "authority.pem")).await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("certificate"), "{refused}");
}
