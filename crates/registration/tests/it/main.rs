//! The flow and the parsers from outside, as the store and the portal use them.

mod boundaries;
mod flow_machine;
mod flow_table;
mod hostile_inputs;
mod support;
