//! One test binary; a file a subject.

mod architecture;
mod cloud_client;
mod cloud_credentials;
mod cloud_endpoint;
mod cloud_fake;
mod cloud_pace;
mod cloud_retry;
mod cloud_transport;
mod kinds;
mod manifest;
mod manifest_cases;
mod manifest_hostile;
mod manifest_project;
mod manifest_requests;
mod sign;
