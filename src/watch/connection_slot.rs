//! The connection that passes share, as long as nothing that it is made from changes.

use crate::observe::Refresh;
use crate::setup::{Connection, ConnectionKey, EnvLookup, ResolvedTarget, SetupError};

/// A connection, and what it was made from.
#[derive(Debug, Default)]
pub struct ConnectionSlot(Option<(ConnectionKey, Connection)>);

impl ConnectionSlot {
    /// Returns the connection to the service of a target: the one of the last pass if it can
    /// still be used.
    ///
    /// # Errors
    /// When the connection cannot be made.
    pub async fn of(
        &mut self,
        target: &ResolvedTarget,
        env: &EnvLookup<'_>,
        parallelism: usize,
    ) -> Result<&Connection, SetupError> {
        let key = target.connection_key();
        let connection = match self.0.take() {
            Some((then, connection)) if then == key => connection,
            other => {
                if let Some((_, connection)) = other {
                    connection.close().await;
                }
                target.connect(env, Refresh::Moved, parallelism).await?
            }
        };
        Ok(&self.0.insert((key, connection)).1)
    }

    /// Ends the connection.
    pub async fn close(&mut self) {
        if let Some((_, connection)) = self.0.take() {
            connection.close().await;
        }
    }
}
