//! Identities: one newtype a noun, so that a bin can never be passed for a SKU.
//!
//! All are UUIDs, minted as version 7 by whoever asks (browser, server, import), never by the database.
//! The nil UUID means "none" in key columns (`lot`, `serial`, `lpn`, `owner`), which are NOT NULL.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The "none" of key columns.
            pub const NIL: Self = Self(Uuid::nil());

            /// A fresh time-ordered id.
            pub fn mint() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn is_nil(self) -> bool {
                self.0.is_nil()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A retailer or a 3PL client: the outermost wall.
    OrgId,
    LoginId, PersonId,
    /// Minted by whoever asks; the same id takes effect once.
    CommandId,
    ApiKeyId,
    SkuId,
    /// Whose stock; nil is the org itself.
    OwnerId,
    LotId, SerialId,
    SiteId, ZoneId, BinId,
    /// Handling unit: tote, parcel, pallet. Nests.
    LpnId,
    MovementId, ReservationId, AllocationId, LayerId, ReceiptId,
    ChannelId, OrderId, OrderLineId, PaymentId,
    /// What a shopper has in hand before they pay.
    BasketId,
    WaveId, TripId, TaskId, ShiftId, ParcelId,
    ReturnId, ReturnLineId, ReceiptLineId, InspectionId, DispositionId, PolicyId,
    ForwardPickId, ReplenishTaskId, SiteTransferId, TransferLineId, LaneId,
    SupplierId, PurchaseId, PurchaseLineId,
    /// Units beyond the tolerance that wait for somebody's yes.
    OverId,
    /// An edit of somebody else's part of a SKU's card.
    ChangeId,
    ClaimId, BillId, LandedId, GoodsInspectionId,
    /// A delivery a supplier announced.
    DeliveryId,
    RefundId, TransferId, ExceptionId, DecisionId, ImportId,
    CountId, AdjustmentId,
}
