//! The portal as its kiosks, its patients and its enemies meet it: over HTTP, on a real encrypted database, with a clock
//! that moves when it is told to and senders that keep what they are handed.

mod codes;
mod desk;
mod journeys;
