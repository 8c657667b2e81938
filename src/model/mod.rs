//! The types that every other module uses: pure data, no input or output, no clock.
//!
//! Nothing here knows how a thing is read, compared or sent.

mod address;
mod hex;
mod code;
mod seal;
mod value;
mod hidden;
mod desired;
mod recorded;
mod task_status;
mod observed;
mod known_ids;
mod operation;
mod call;
mod wait_graph;

pub use address::{Address, AddressError, Kind, RemoteId, is_name, of_kind};
pub use call::{Call, Repeat, Reply, RequestId};
pub use code::Code;
pub use desired::{Bundle, Desired, DesiredResource, Lifecycle, ManifestPlace, Schedule};
pub use hex::hex;
pub use known_ids::KnownIds;
pub use observed::{
    Dependent, Observation, Observed, ObservedResource, OwnershipTag, RemoteVersion, ScheduleMode,
};
pub use operation::{Operation, OperationId, Step, Verb};
pub use recorded::{Recorded, RecordedResource};
pub use seal::{Seal, SealKey};
pub use task_status::TaskStatus;
pub use value::{MASK, Secret, TextPart, Value};
pub use wait_graph::WaitGraph;
