//! What channels are told can be sold: what can be promised and is good as long as the channel asks, less the buffer kept from it.
//! Where the buffer is kept is decided by `domain::stock::channels`.

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::{CommandId, SiteId, SkuId};
use domain::people::{Caller, Permission};
use domain::stock::channels::{self, BufferRow, SetChannelBuffer, TypedBuffer};
use serde_json::json;
use uuid::Uuid;

use super::sql_channels as sql;
use crate::{Act, Db, Result, Tx, catalog};

async fn find(tx: &mut Tx, code: &str) -> Result<Uuid> {
    let org = tx.org().0;
    Ok(sql::channel(tx.conn(), org, code.trim()).await?.ok_or_else(|| channels::unknown(code))?)
}

impl Act for SetChannelBuffer {
    const KIND: &'static str = "stock.channel_buffer";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        let org = tx.org().0;
        let channel = find(tx, &self.channel).await?;
        if let Some(sku) = self.sku {
            catalog::require_skus(tx, &[sku]).await?;
        }
        let sku = self.sku.unwrap_or_default().0;
        let before = sql::buffer(tx.conn(), org, channel, sku).await?;
        match self.units {
            Some(units) => sql::set_buffer(tx.conn(), org, channel, sku, units).await?,
            None => sql::remove_buffer(tx.conn(), org, channel, sku).await?,
        }
        tx.announce("stock.buffer_set", channel, None, json!({ "channel": self.channel, "units": self.units }));
        tx.audit("channel", channel, json!({ "units": before }), json!({ "sku": self.sku, "units": self.units }));
        Ok(())
    }
}

impl Db {
    /// A buffer as it was typed.
    pub async fn set_typed_buffer(&self, caller: &Caller, id: CommandId, now: DateTime<Utc>, typed: &TypedBuffer) -> Result<()> {
        let code = typed.sku_code.trim().to_owned();
        let sku = if code.is_empty() {
            None
        } else {
            let mut tx = self.read(caller, Permission::StockPlan, None).await?;
            let known = catalog::by_scans(&mut tx, std::slice::from_ref(&code)).await?;
            Some(*known.get(&code.to_uppercase()).ok_or(CatalogRefusal::UnknownSku { code })?)
        };
        self.run(caller, id, now, &SetChannelBuffer { channel: typed.channel.clone(), sku, units: typed.units }).await
    }

    /// What is kept from each channel.
    pub async fn channel_buffers(&self, caller: &Caller) -> Result<Vec<BufferRow>> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let org = tx.org().0;
        sql::buffers(tx.conn(), org).await
    }

    /// What a channel is told can be sold of a SKU, per site.
    pub async fn channel_availability(&self, caller: &Caller, sku: SkuId, channel: &str) -> Result<Vec<(SiteId, String, i32)>> {
        let (buffer, days) = {
            let mut tx = self.read(caller, Permission::StockView, None).await?;
            let org = tx.org().0;
            let channel = find(&mut tx, channel).await?;
            let buffer = sql::buffer(tx.conn(), org, channel, sku.0).await?;
            (buffer, sql::min_life(tx.conn(), org, channel).await?)
        };
        let mut told = self.good_for(caller, sku, days).await?;
        let mut units: Vec<i32> = told.iter().map(|(.., units)| *units).collect();
        channels::less_buffer(&mut units, buffer);
        for ((.., told), units) in told.iter_mut().zip(units) {
            *told = units;
        }
        Ok(told)
    }
}
