//! Every case of the suite as one test.

use super::open;

macro_rules! stores {
    ($($group:ident::$case:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            let folder = tempfile::tempdir().unwrap();
            store::conformance::$group::$case(&open(folder.path())).await;
        }
    )*};
}

macro_rules! key_stores {
    ($($case:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            let folder = tempfile::tempdir().unwrap();
            let keys = crate::key_store::FileKeyStore::open(folder.path()).unwrap();
            store::conformance::key_store::$case(&keys).await;
        }
    )*};
}

mod data {
    use super::open;

    store::for_each_store_case!(stores);
}

mod keys {
    store::for_each_key_store_case!(key_stores);
}
