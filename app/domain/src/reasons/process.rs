//! What is done for a reason, and the standard codes of each.

use serde::{Deserialize, Serialize};

use crate::counts::adjust::Why;
use crate::floor::ShortReason;
use crate::people::Permission;
use crate::purchasing::{ClaimKind, Fault};
use crate::stock::HoldReason;
use crate::transfers::VarianceReason;

/// What is done for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    Adjustment,
    Hold,
    TransferVariance,
    OrderCancel,
    WaveOverride,
    DispositionOverride,
    RefundDecline,
    PurchaseCancel,
    TransferCancel,
    PutawayElsewhere,
    CountAgain,
    AdjustmentDecline,
    ChangeRefuse,
    LotRecall,
    LotRelease,
    OverRefuse,
    BillAgree,
    BillReject,
    ReturnDeny,
    BinLock,
    Damage,
    NonCompliance,
    Shortage,
    ShortPick,
    CountRequest,
}

const ORDER_CANCEL: [(&str, &str); 6] = [
    ("changed_mind", "The customer changed their mind"),
    ("ordered_twice", "Ordered twice"),
    ("not_paid", "Was not paid"),
    ("no_stock", "Cannot be supplied"),
    ("wrong_price", "Sold at a wrong price"),
    ("suspected_fraud", "Suspected fraud"),
];
const WAVE_OVERRIDE: [(&str, &str); 4] = [
    ("truck_waits", "The truck waits"),
    ("more_hands", "More hands are coming"),
    ("customer_promise", "Promised to a customer"),
    ("faster_than_planned", "Goes faster than planned"),
];
const DISPOSITION_OVERRIDE: [(&str, &str); 5] = [
    ("better_than_graded", "Better than its grade"),
    ("worse_than_graded", "Worse than its grade"),
    ("recalled", "Recalled by its maker"),
    ("not_worth_it", "Not worth the work"),
    ("supplier_pays", "The supplier takes it back"),
];
const REFUND_DECLINE: [(&str, &str); 5] = [
    ("wrong_amount", "The amount is wrong"),
    ("refunded_before", "Was refunded before"),
    ("not_ours", "Not bought from us"),
    ("used_too_much", "Used beyond trying it on"),
    ("suspected_abuse", "Suspected abuse"),
];
const PURCHASE_CANCEL: [(&str, &str); 5] = [
    ("not_needed", "Needed no longer"),
    ("too_late", "Would come too late"),
    ("too_dear", "Dearer than agreed"),
    ("no_longer_made", "No longer made"),
    ("ordered_twice", "Ordered twice"),
];
const TRANSFER_CANCEL: [(&str, &str); 4] = [
    ("not_needed", "Needed no longer"),
    ("no_truck", "No truck goes"),
    ("needed_here", "Needed where it is"),
    ("wrong_goods", "The wrong goods were asked for"),
];

const PUTAWAY_ELSEWHERE: [(&str, &str); 5] = [
    ("in_the_way", "Something is in the way"),
    ("no_room", "There is no room"),
    ("broken_bin", "The bin is broken"),
    ("nearer", "Another is nearer"),
    ("keep_together", "Kept with the rest of it"),
];
const COUNT_AGAIN: [(&str, &str); 4] = [
    ("not_believed", "Cannot be right"),
    ("moved_meanwhile", "Goods moved meanwhile"),
    ("wrong_bin", "Another bin was counted"),
    ("wrong_unit", "Counted in the wrong unit"),
];
const ADJUSTMENT_DECLINE: [(&str, &str); 4] = [
    ("found_since", "Found since"),
    ("wrong_reason", "The reason is wrong"),
    ("wrong_quantity", "The quantity is wrong"),
    ("count_first", "To be counted first"),
];
const CHANGE_REFUSE: [(&str, &str); 4] = [
    ("wrong_value", "The value is wrong"),
    ("not_proven", "Not shown to be so"),
    ("not_agreed", "Not agreed"),
    ("asked_twice", "Was asked before"),
];
const LOT_RECALL: [(&str, &str); 5] = [
    ("maker_recalls", "Its maker recalls it"),
    ("unsafe", "Not safe to use"),
    ("contaminated", "Something is in it"),
    ("wrong_label", "Labelled wrongly"),
    ("failed_test", "Failed a test"),
];
const LOT_RELEASE: [(&str, &str); 3] =
    [("tested_good", "Tested and good"), ("recall_ended", "Its maker ended the recall"), ("wrong_lot", "Another lot was meant")];
const OVER_REFUSE: [(&str, &str); 4] = [
    ("not_ordered", "Was not ordered"),
    ("no_room", "There is no room"),
    ("not_needed", "Needed no longer"),
    ("bad_condition", "In bad condition"),
];
const BILL_AGREE: [(&str, &str); 4] = [
    ("price_rose", "The price went up"),
    ("agreed_by_phone", "Was agreed with the supplier"),
    ("small_difference", "Not worth a quarrel"),
    ("our_mistake", "Ordered at a wrong price"),
];
const BILL_REJECT: [(&str, &str); 4] = [
    ("billed_before", "Was billed before"),
    ("wrong_price", "Not the agreed price"),
    ("never_came", "The goods never came"),
    ("not_ours", "Not for us"),
];
const RETURN_DENY: [(&str, &str); 5] = [
    ("too_late", "Asked for too late"),
    ("not_returnable", "Never taken back"),
    ("used_too_much", "Used beyond trying it on"),
    ("not_ours", "Not bought from us"),
    ("suspected_abuse", "Suspected abuse"),
];
const BIN_LOCK: [(&str, &str); 5] = [
    ("broken", "The bin is broken"),
    ("in_the_way", "Something is in the way"),
    ("dirty", "To be cleaned"),
    ("not_safe", "Not safe to reach"),
    ("to_be_emptied", "To be emptied"),
];
const COUNT_REQUEST: [(&str, &str); 5] = [
    ("looks_wrong", "Does not look right"),
    ("customer_says", "A customer says so"),
    ("goods_fell", "Goods fell or were moved"),
    ("label_lost", "A label is lost"),
    ("auditor_asks", "The auditor asks"),
];

/// Why a supplier owes for goods, of one kind.
fn faults(kind: ClaimKind) -> Vec<(&'static str, &'static str)> {
    Fault::ALL.into_iter().filter(|fault| fault.kind() == kind).map(|fault| (fault.code(), fault.words())).collect()
}

impl Process {
    pub const ALL: [Self; 25] = [
        Self::Adjustment,
        Self::Hold,
        Self::TransferVariance,
        Self::OrderCancel,
        Self::WaveOverride,
        Self::DispositionOverride,
        Self::RefundDecline,
        Self::PurchaseCancel,
        Self::TransferCancel,
        Self::PutawayElsewhere,
        Self::CountAgain,
        Self::AdjustmentDecline,
        Self::ChangeRefuse,
        Self::LotRecall,
        Self::LotRelease,
        Self::OverRefuse,
        Self::BillAgree,
        Self::BillReject,
        Self::ReturnDeny,
        Self::BinLock,
        Self::Damage,
        Self::NonCompliance,
        Self::Shortage,
        Self::ShortPick,
        Self::CountRequest,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Adjustment => "adjustment",
            Self::Hold => "hold",
            Self::TransferVariance => "transfer_variance",
            Self::OrderCancel => "order_cancel",
            Self::WaveOverride => "wave_override",
            Self::DispositionOverride => "disposition_override",
            Self::RefundDecline => "refund_decline",
            Self::PurchaseCancel => "purchase_cancel",
            Self::TransferCancel => "transfer_cancel",
            Self::PutawayElsewhere => "putaway_elsewhere",
            Self::CountAgain => "count_again",
            Self::AdjustmentDecline => "adjustment_decline",
            Self::ChangeRefuse => "change_refuse",
            Self::LotRecall => "lot_recall",
            Self::LotRelease => "lot_release",
            Self::OverRefuse => "over_refuse",
            Self::BillAgree => "bill_agree",
            Self::BillReject => "bill_reject",
            Self::ReturnDeny => "return_deny",
            Self::BinLock => "bin_lock",
            Self::Damage => ClaimKind::Damage.code(),
            Self::NonCompliance => ClaimKind::NonCompliance.code(),
            Self::Shortage => ClaimKind::Shortage.code(),
            Self::ShortPick => "short_pick",
            Self::CountRequest => "count_request",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Adjustment => "Correcting stock",
            Self::Hold => "Taking stock out of sale, or back",
            Self::TransferVariance => "Giving up what did not arrive",
            Self::OrderCancel => "Cancelling an order",
            Self::WaveOverride => "Releasing a wave beyond the roster",
            Self::DispositionOverride => "Deciding a return other than proposed",
            Self::RefundDecline => "Declining a refund",
            Self::PurchaseCancel => "Cancelling a purchase",
            Self::TransferCancel => "Cancelling a transfer",
            Self::PutawayElsewhere => "Putting goods elsewhere than proposed",
            Self::CountAgain => "Having a bin counted again",
            Self::AdjustmentDecline => "Declining a correction",
            Self::ChangeRefuse => "Refusing an edit of master data",
            Self::LotRecall => "Recalling a lot",
            Self::LotRelease => "Ending a lot's recall",
            Self::OverRefuse => "Sending back more than was ordered",
            Self::BillAgree => "Agreeing to a bill that does not match",
            Self::BillReject => "Sending a bill back",
            Self::ReturnDeny => "Denying a return",
            Self::BinLock => "Locking a bin",
            Self::Damage => "Claiming damaged goods",
            Self::NonCompliance => "Claiming goods that are not as agreed",
            Self::Shortage => "Claiming what is missing",
            Self::ShortPick => "Taking fewer than a bin should have",
            Self::CountRequest => "Having a bin counted",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|process| process.code() == code)
    }

    /// The codes everybody has, and what they say.
    pub fn standard(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Adjustment => Why::ALL.iter().map(|why| (why.code(), why.words())).collect(),
            Self::Hold => HoldReason::ALL.iter().map(|reason| (reason.code(), reason.words())).collect(),
            Self::TransferVariance => VarianceReason::ALL.iter().map(|reason| (reason.code(), reason.words())).collect(),
            Self::OrderCancel => ORDER_CANCEL.to_vec(),
            Self::WaveOverride => WAVE_OVERRIDE.to_vec(),
            Self::DispositionOverride => DISPOSITION_OVERRIDE.to_vec(),
            Self::RefundDecline => REFUND_DECLINE.to_vec(),
            Self::PurchaseCancel => PURCHASE_CANCEL.to_vec(),
            Self::TransferCancel => TRANSFER_CANCEL.to_vec(),
            Self::PutawayElsewhere => PUTAWAY_ELSEWHERE.to_vec(),
            Self::CountAgain => COUNT_AGAIN.to_vec(),
            Self::AdjustmentDecline => ADJUSTMENT_DECLINE.to_vec(),
            Self::ChangeRefuse => CHANGE_REFUSE.to_vec(),
            Self::LotRecall => LOT_RECALL.to_vec(),
            Self::LotRelease => LOT_RELEASE.to_vec(),
            Self::OverRefuse => OVER_REFUSE.to_vec(),
            Self::BillAgree => BILL_AGREE.to_vec(),
            Self::BillReject => BILL_REJECT.to_vec(),
            Self::ReturnDeny => RETURN_DENY.to_vec(),
            Self::BinLock => BIN_LOCK.to_vec(),
            Self::Damage => faults(ClaimKind::Damage),
            Self::NonCompliance => faults(ClaimKind::NonCompliance),
            Self::Shortage => faults(ClaimKind::Shortage),
            Self::ShortPick => ShortReason::ALL.iter().map(|reason| (reason.code(), reason.words())).collect(),
            Self::CountRequest => COUNT_REQUEST.to_vec(),
        }
    }

    /// What it can be done for: each way needs a code in use. The standard code says which ways a code serves.
    pub fn ways(self, means: &str) -> Vec<&'static str> {
        match self {
            Self::Adjustment => {
                let fits = |units, way| Why::parse(means).is_some_and(|why| why.fits(units)).then_some(way);
                [fits(1, "more"), fits(-1, "fewer")].into_iter().flatten().collect()
            }
            Self::Hold => {
                let holds = HoldReason::parse(means).is_some_and(HoldReason::holds);
                vec![if holds { "hold" } else { "release" }]
            }
            Self::ShortPick => vec![if ShortReason::parse(means) == Some(ShortReason::Damaged) { "damaged" } else { "missing" }],
            _ => vec![""],
        }
    }

    /// Whoever may do it chooses from its codes.
    pub const fn needs(self) -> Permission {
        match self {
            Self::Adjustment => Permission::StockAdjust,
            Self::Hold | Self::LotRecall => Permission::StockHold,
            Self::LotRelease => Permission::StockRelease,
            Self::TransferVariance | Self::TransferCancel => Permission::StockPlan,
            Self::OrderCancel => Permission::OrdersEdit,
            Self::WaveOverride => Permission::WavesPlan,
            Self::DispositionOverride => Permission::ReturnsInspect,
            Self::RefundDecline => Permission::RefundsApprove,
            Self::PurchaseCancel => Permission::PurchasingEdit,
            Self::PutawayElsewhere | Self::Damage | Self::NonCompliance | Self::Shortage => Permission::StockReceive,
            // Whoever picks moves stock, and so does whoever brings it forward.
            Self::ShortPick => Permission::StockMove,
            Self::CountRequest => Permission::CountsPlan,
            Self::CountAgain | Self::AdjustmentDecline => Permission::CountsApprove,
            Self::ChangeRefuse => Permission::CatalogEdit,
            Self::OverRefuse => Permission::ReceiptsDecide,
            Self::BillAgree => Permission::PurchasingApprove,
            Self::BillReject => Permission::BillsEdit,
            Self::ReturnDeny => Permission::ReturnsAuthorise,
            Self::BinLock => Permission::SitesEdit,
        }
    }
}
