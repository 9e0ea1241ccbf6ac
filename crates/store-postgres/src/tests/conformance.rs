//! Every case of the suite as one test.

macro_rules! stores {
    ($($group:ident::$case:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            store::conformance::$group::$case(&super::super::store().await).await;
        }
    )*};
}

macro_rules! key_stores {
    ($($case:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            store::conformance::key_store::$case(&super::super::keys().await).await;
        }
    )*};
}

mod data {
    store::for_each_store_case!(stores);
}

mod keys {
    store::for_each_key_store_case!(key_stores);
}
