//! `taskloom emulator`: the embedded service for other programs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::fault_args::{FaultArgs, plan_faults};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::signals::Signals;
use crate::emulator::{Emulator, EmulatorSettings};
use crate::setup::LOCAL_KEY;
use crate::support::SystemClock;

/// Serve the embedded WeData service on loopback
///
/// It accepts the pair in TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or taskloom-local twice.
#[derive(Debug, Args)]
pub struct EmulatorArgs {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Keep the tasks in this file between runs
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Wait this long before each answer
    #[arg(long, value_name = "N", default_value_t = 0)]
    latency_ms: u64,
    #[command(flatten)]
    faults: FaultArgs,
}

/// Serves until a signal comes.
pub async fn run(
    args: &EmulatorArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let mut credentials = vec![(LOCAL_KEY.to_owned(), LOCAL_KEY.to_owned())];
    let pair = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"].map(|n| environment.get(n));
    if let [Some(id), Some(key)] = pair {
        credentials.push((id, key));
    }
    let chaos = args.faults.chaos()?;
    let settings = EmulatorSettings {
        listen: args.listen,
        data: args.data.as_deref().map(|file| global.place(file)),
        rate: global.rate,
        latency: Duration::from_millis(args.latency_ms),
        credentials,
        behaviour: args.faults.behaviour()?,
        seed: fastrand::u64(..),
    };
    let emulator = Emulator::start(settings, Arc::new(SystemClock::new()))
        .await
        .map_err(|error| Failure::of(&error))?;
    plan_faults(&chaos, emulator.faults());
    let chaos: Vec<String> = chaos.iter().map(ToString::to_string).collect();
    let url = format!("http://{}", emulator.address());
    if global.json {
        output.json(&json!({"format_version": "1.0", "url": url, "chaos": chaos}))?;
    } else {
        for one in &chaos {
            output.note(&format!("chaos {one}\n"));
        }
        output.data(&format!("listening on {url}\n"))?;
    }
    signals.wait_for(1).await;
    emulator.stop().await;
    Ok(ExitStatus::Done)
}
