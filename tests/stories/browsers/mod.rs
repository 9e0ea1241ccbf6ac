//! What people click: in a real browser, with what it does by itself. Each page is looked at for whoever needs contrast, labels
//! or a keyboard.

mod choices_of_visitors;
mod counting;
mod every_page;
mod front;
mod passkeys;
mod provider;
mod staff;
