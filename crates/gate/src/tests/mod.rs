//! The gate over the embedded stores, with a clock that tests move and dice that fall the same way each time.

mod faults;
mod world;

#[tokio::test]
async fn the_fixture_compiles() {
    let world = world::World::new().await;
    assert_eq!(world.open().await.accounts().len(), 1);
}
