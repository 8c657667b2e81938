//! One test binary; a file a subject.

mod cloud_endpoint;
mod cloud_transport;
mod sign;
