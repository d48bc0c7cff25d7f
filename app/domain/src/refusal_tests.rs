//! Every refusal there is: its code, its status, its words. A new one needs a sample here, or the count tells.

use iso_currency::Currency;

use super::*;
use crate::money::Money;
use crate::people::Permission;

fn text(word: &str) -> String {
    word.to_owned()
}

fn pounds(units: i64) -> Money {
    Money::from_minor(units, Currency::GBP)
}

fn money() -> Vec<MoneyError> {
    use MoneyError as M;
    vec![M::CurrencyMismatch { left: Currency::GBP, right: Currency::EUR }, M::TooLarge, M::TooFine, M::NothingToSplitOver]
}

fn common() -> Vec<Refusal> {
    use CommonRefusal as R;
    let simple = [
        R::NotFound { what: text("order") },
        R::Invalid { field: text("email"), words: text("Say where.") },
        R::CommandReused,
        R::Stale,
        R::Quantity(QuantityOutOfRange { given: 0 }),
    ];
    simple.into_iter().chain(money().into_iter().map(R::Money)).map(Into::into).collect()
}

fn catalog() -> Vec<Refusal> {
    use CatalogRefusal as R;
    let invalid = R::Invalid { code: text("MUG"), field: text("name"), words: text("a name is missing") };
    let (code, barcode) = (text("MUG"), text("4006381333931"));
    [
        invalid,
        R::CodeTaken { code: code.clone() },
        R::BarcodeTaken { barcode: barcode.clone() },
        R::UnknownSku { code: code.clone() },
        R::BarcodeMeans { barcode, what: text("bin") },
        R::CodeStays { code: code.clone() },
        R::LabelMeans { label: text("A01-01L-1"), sku: code.clone() },
        R::NotTheOwner { part: text("Price and cost"), owner: text("Finance") },
        R::OwnChange,
        R::NotYourChange,
        R::ChangeWaits { number: text("MD-1") },
        R::ChangeDecided { number: text("MD-1"), status: text("applied") },
        R::BadThreshold { of: crate::catalog::readiness::Of::Bins, given: 101 },
        R::CannotOwn { role: text("Picker") },
        R::NotASheet { why: text("the column code is missing") },
        R::TooManyRows { most: 5_000 },
        R::KitInvalid { words: text("a part is named twice") },
        R::KitOfKits { code: code.clone() },
        R::KitHasStock { code: code.clone(), units: 1 },
        R::KitReceived { code },
    ]
    .map(Into::into)
    .to_vec()
}

fn counts() -> Vec<Refusal> {
    use CountRefusal as R;
    let (number, bin) = (text("CC-1"), text("A01"));
    [
        R::NotCountable { bin: bin.clone() },
        R::Taken { person: text("Ana") },
        R::NotYours,
        R::SamePerson,
        R::OwnCount,
        R::WrongStatus { number: number.clone(), status: text("done") },
        R::Filled { bin: bin.clone() },
        R::UnitNotHere { code: text("PAL-1"), bin: bin.clone() },
        R::MovedSince { bin, units: 2 },
        R::NoteTooLong { most: 300 },
        R::NoUnits,
        R::WrongReason { reason: text("Stolen"), direction: text("more") },
        R::OwnAdjustment,
        R::NotYourAdjustment,
        R::AdjustmentDecided { number: number.clone(), status: text("posted") },
        R::AdjustmentExpired { number, at: chrono::DateTime::UNIX_EPOCH },
    ]
    .map(Into::into)
    .to_vec()
}

fn exceptions() -> Vec<Refusal> {
    use ExceptionRefusal as R;
    [R::Resolved, R::Claimed, R::NotYours, R::SayWhatWasDone].map(Into::into).to_vec()
}

fn floor() -> Vec<Refusal> {
    use FloorRefusal as R;
    [
        R::WrongScan { expected: text("MUG"), scanned: text("CUP") },
        R::TooMany { left: 1, scanned: 2 },
        R::TripTaken { person: text("Ana") },
        R::TripNotYours,
        R::WaveCancelled,
        R::WaveNotReleased,
        R::TaskDone,
        R::ToteInUse { code: text("T1") },
        R::UnknownTote { code: text("T1") },
        R::ToteMissing { slot: 1 },
        R::NothingToPack { scan: text("T1") },
        R::StillPicking { left: 1 },
        R::NotInParcel { scanned: text("CUP") },
        R::AlreadyPacked { sku: text("MUG"), expected: 2 },
        R::NotVerified { missing: 1 },
        R::WeightOff { expected_g: 100, actual_g: 900 },
        R::ParcelClosed { number: text("PCL-1") },
        R::NotPacked { number: text("PCL-1") },
        R::NothingToUnpick,
        R::TooManyBack { left: 1, scanned: 2 },
        R::OtherCarrier { number: text("PC-1"), carrier: text("DHL") },
        R::NoWeight,
    ]
    .map(Into::into)
    .to_vec()
}

fn labour() -> Vec<Refusal> {
    use crate::waves::labour::{Edge, LabourRefusal as R};
    let (person, given) = (text("Pia"), text("soon"));
    let from = chrono::NaiveDateTime::default();
    [
        R::EndsBeforeStart,
        R::ShiftTooLong { hours: 14, max: 13 },
        R::UnknownWorker { given: given.clone() },
        R::RoleNotHeld { person: person.clone(), role: text("picker") },
        R::Overlaps { person, site: text("Leeds"), from },
        R::NoTime { field: Edge::Starts, given },
        R::TooManyRows { max: 9 },
        R::NotARoster { expected: text("site,email") },
        R::NotEnoughHours { needed_minutes: 90, left_minutes: 60 },
        R::NobodyToPick,
        R::NothingToMove,
        R::NoTripChosen,
        R::NothingWouldStay,
        R::TripBegun { trip_no: 2 },
        R::NoOrderChosen,
        R::NoOrderWouldStay,
        R::OrderPicked { number: "SO-7".into() },
        R::OrderPacked { number: "SO-7".into() },
    ]
    .map(Into::into)
    .to_vec()
}

fn ledger() -> Vec<Refusal> {
    use LedgerRefusal as R;
    [R::PeriodClosed { period: text("2026-09") }, R::NoCost { units: 1 }].map(Into::into).to_vec()
}

fn lots() -> Vec<Refusal> {
    use LotRefusal as R;
    let (sku, lot, serial, order) = (text("SERUM"), text("L7"), text("S9"), text("SO-1042"));
    let on = chrono::NaiveDate::default();
    [
        R::LotMissing { sku: sku.clone() },
        R::ExpiryMissing { sku: sku.clone() },
        R::SerialsWanted { sku: sku.clone(), wanted: 2, given: 1 },
        R::SerialTwice { serial: serial.clone() },
        R::NotToldApart { sku: sku.clone() },
        R::SerialKnown { sku, serial: serial.clone() },
        R::BadLabel { code: text("A B") },
        R::Expired { lot: lot.clone(), on },
        R::Recalled { lot: lot.clone(), reason: text("glass in it") },
        R::OtherExpiry { lot: lot.clone(), known: on, given: on },
        R::LotElsewhere { lot: lot.clone() },
        R::SerialElsewhere { serial: serial.clone() },
        R::SerialStands { serial: serial.clone(), bin: text("PAR A03-03L-1") },
        R::OtherLot { serial: serial.clone(), known: lot.clone(), given: lot.clone() },
        R::SerialOfAnother { serial: serial.clone(), order: order.clone() },
        R::NotShipped { serial, order: order.clone(), where_it_is: text("it is on hand") },
        R::LotNotShipped { lot: lot.clone(), order },
        R::OneByOne,
        R::ExpiryNeedsLot,
        R::OnHand { units: 3 },
        R::BadDays,
        R::RecalledAlready { lot: lot.clone() },
        R::NotRecalled { lot },
    ]
    .map(Into::into)
    .to_vec()
}

fn orders() -> Vec<Refusal> {
    use OrderRefusal as R;
    [
        R::Invalid { external_id: text("W-1"), field: text("email"), words: text("an email is missing") },
        R::Quantity(QuantityOutOfRange { given: 0 }),
        R::UnknownChannel { code: text("web") },
        R::ChannelTaken { code: text("web") },
        R::Cancelled { number: text("SO-1") },
        R::TooLate { number: text("SO-1"), units: 1 },
        R::TooManyAtOnce { given: 2, max: 1 },
        R::PastNotYours,
        R::NoSite,
        R::AuthorisationUsed,
        R::NothingFailed { number: text("SO-1") },
        R::AddressTooLate { number: text("SO-1") },
        R::UnknownService { code: text("dhl-next") },
        R::BasketShort { sku: text("MUG"), wanted: 2, free: 1 },
        R::BasketLines { max: 1 },
        R::BasketMinutes { max: 1 },
        R::BasketTaken,
    ]
    .map(Into::into)
    .to_vec()
}

fn owners() -> Vec<Refusal> {
    use OwnerRefusal as R;
    let (code, bin, sku) = (text("ACME"), text("A01"), text("MUG"));
    [
        R::BadCode { max: 20 },
        R::BadName { max: 120 },
        R::Taken { code: code.clone() },
        R::Unknown { code: code.clone() },
        R::Retired { code: code.clone() },
        R::StillHere { code: code.clone(), units: 3 },
        R::StillOpen { code: code.clone(), orders: 1 },
        R::CostOfOthers,
        R::NotOurs { number: text("PO-1"), code: code.clone() },
        R::KeptApart { bin: bin.clone(), sku: sku.clone(), there: code.clone() },
        R::KeptFor { bin: bin.clone(), code: code.clone() },
        R::OthersInside { bin, code: code.clone() },
        R::Whose,
        R::OwnOnly { sku, code },
    ]
    .map(Into::into)
    .to_vec()
}

fn people() -> Vec<Refusal> {
    use PeopleRefusal as R;
    [
        R::SignInNeeded,
        R::WrongCredentials,
        R::NotAllowed { permission: Permission::RefundsApprove },
        R::TooManyTries { seconds: 9 },
        R::EmailTaken { email: text("ana@example.org") },
        R::NotAnEmail { given: text("ana") },
        R::PasswordTooShort { min: 12 },
        R::UnknownRole { given: text("boss") },
        R::LastAdministrator,
        R::NameMissing,
        R::UnknownPerson,
        R::CrossSite,
    ]
    .map(Into::into)
    .to_vec()
}

fn lpns() -> Vec<Refusal> {
    use crate::lpns::{LpnRefusal as R, UnitKind};
    let (code, bin) = (text("PAL-1"), text("A-01"));
    [
        R::Unknown { code: code.clone() },
        R::Taken { code: code.clone() },
        R::BadCode { code: text("a b") },
        R::InItself { unit: code.clone(), into: text("PAL-2") },
        R::DoesNotHold { outer: UnitKind::Carton, inner: UnitKind::Pallet },
        R::TooDeep { max: 5 },
        R::NoSuchPlace { code: bin.clone() },
        R::Scattered { code: code.clone() },
        R::ForOrders { bin: bin.clone(), units: 2 },
        R::HeldForOrders { code: code.clone(), units: 2 },
        R::StandsElsewhere { unit: code.clone(), bin },
        R::Empty { code },
    ]
    .map(Into::into)
    .to_vec()
}

fn putaway() -> Vec<Refusal> {
    use crate::putaway::{PutawayRefusal as R, Why};
    let (bin, number) = (text("A-01"), text("SO-1"));
    [
        R::NothingThere,
        R::MoreThanThere { left: 1, given: 2 },
        R::BinFull { bin: bin.clone(), room: 1, given: 2 },
        R::BinUnfit { bin: bin.clone(), why: Why::Hazard },
        R::NowhereApart { sku: text("MUG"), looked_at: 2 },
        R::ReasonNeeded { proposed: bin.clone() },
        R::OtherGoods,
        R::NoSuchPlace { code: bin },
        R::ToteNeeded { number: number.clone() },
        R::ServedMeanwhile { number },
    ]
    .map(Into::into)
    .to_vec()
}

fn purchasing() -> Vec<Refusal> {
    use crate::purchasing::{LineFault, PurchasingRefusal as R};
    let number = text("PO-1");
    [
        R::BadLimit,
        R::BadCode { given: text("np 1") },
        R::CodeTaken { code: text("NP-1") },
        R::NameMissing,
        R::LeadDays { given: -1 },
        R::OverPercent { given: 101 },
        R::BadCost,
        R::SupplierClosed { name: text("Northern Potteries") },
        R::NoLines,
        R::TooManyLines { max: 500 },
        R::BadLine { line_no: 2, fault: LineFault::UnknownSku { code: text("MUG") } },
        R::BadDay { max_days: 730 },
        R::NoteTooLong { max: 500 },
        R::NotADraft { number: number.clone(), standing: text("approved") },
        R::OwnOrder { number: number.clone(), limit: text("1000.00") },
        R::GoodsCame { number: number.clone() },
        R::NotOpen { number: number.clone(), standing: text("closed") },
        R::UnknownCode { code: text("X") },
        R::UnknownDelivery { scan: text("PO-9") },
        R::NotOnOrder { sku: text("CUP"), number: number.clone() },
        R::FaultNeeded,
        R::Decided,
        R::OwnReport,
        R::ClaimSettled { number: text("CL-1") },
        R::PricePercent { given: 101 },
        R::UnitsPercent { given: -1 },
        R::CoverWeeks { given: 0 },
        R::BadLevel { most: 1_000_000 },
        R::NotProposed,
        R::ReferenceNeeded,
        R::BillTwice { reference: text("INV-1") },
        R::NoSuchLine { line_no: 9 },
        R::BillBlocked { number: text("BL-1") },
        R::BillDisputed { number: text("BL-1") },
        R::BillMoved { number: text("BL-1"), standing: text("paid") },
        R::OwnBill,
        R::NotReceived { number: text("BL-1") },
        R::NoCharges,
        R::Unbalanced { shared: 9.into(), total: 10.into() },
        R::Unmeasured { sku: text("MUG"), by: text("weight") },
        R::NothingArrived,
        R::ForeignReceipt,
        R::WrongBin { bin: text("PACK"), kind: text("pack") },
        R::BinLocked { bin: text("DOCK") },
        R::NotADock { bin: text("PACK") },
        R::DockTaken { dock: text("DOCK"), from: text("08:00"), to: text("09:00") },
        R::BadSlot { min: 10, max_hours: 12 },
        R::BadAppointment { max_days: 730 },
        R::NothingAwaited { number: number.clone() },
        R::DeliveryMoved { number, standing: text("done") },
    ]
    .map(Into::into)
    .to_vec()
}

fn reasons() -> Vec<Refusal> {
    use crate::reasons::{Process, ReasonRefusal as R};
    let (process, of) = (Process::OrderCancel, Process::Adjustment);
    [
        R::Missing { process },
        R::Unknown { process, code: text("bored") },
        R::OtherProcess { process, code: text("stolen"), of },
        R::Retired { process, words: text("Was not paid") },
        R::NoteTooLong { most: 9 },
        R::BadCode { most: 9 },
        R::BadWords { most: 9 },
        R::CountsAsNothing { process },
        R::CodeTaken { code: text("bored") },
        R::LastOne { process, words: text("Was not paid") },
    ]
    .map(Into::into)
    .to_vec()
}

fn refunds() -> Vec<Refusal> {
    use RefundRefusal as R;
    [
        R::OwnProposal,
        R::OwnInspection,
        R::WrongStatus { number: text("RF-1"), status: text("paid") },
        R::UnitsExceed { requested: 2, remaining: 1 },
        R::NothingLeft,
        R::AbovePaid { amount: pounds(2), left: pounds(1) },
        R::NothingAsked,
    ]
    .map(Into::into)
    .to_vec()
}

fn replenish() -> Vec<Refusal> {
    use ReplenishRefusal as R;
    let code = text("A01-01L-1");
    [
        R::MaxNotAboveMin { min: 5, max: 4 },
        R::UnknownBin { code: code.clone() },
        R::NotForwardPick { code: code.clone() },
        R::TooManyRules { given: 9, max: 8 },
        R::NotASheet { expected: text("bin,sku") },
        R::TakenBy { person: text("Ana") },
        R::Done,
        R::CalledOff,
        R::BinLocked { code },
    ]
    .map(Into::into)
    .to_vec()
}

fn returns() -> Vec<Refusal> {
    use ReturnRefusal as R;
    [
        R::QuantityExceeds { requested: 2, remaining: 1 },
        R::NotShipped { name: text("Mug") },
        R::NothingAsked,
        R::NoteTooLong { most: 300 },
        R::WrongStage { number: text("RMA-1"), stage: text("cancelled") },
        R::NotApproved { number: text("RMA-1") },
        R::AlreadyReceived { number: text("RMA-1") },
        R::MoreThanAnnounced { remaining: 1, given: 2 },
        R::MoreThanReceived { remaining: 1, given: 2 },
        R::ChecklistOpen { missing: 1 },
        R::DispositionNeeded,
        R::OverrideNeedsReason,
        R::ReasonNeeded,
        R::WrongBin { bin: text("A"), kind: text("pick"), needed: text("returns") },
        R::NoBin { kind: text("returns") },
        R::UnknownScan { scan: text("X") },
        R::NoMatch,
        R::ExchangesNotHandled,
    ]
    .map(Into::into)
    .to_vec()
}

fn sites() -> Vec<Refusal> {
    use crate::sites::Run;
    use SiteRefusal as R;
    let code = text("A-01");
    [
        R::Unnamed { code: text("l") },
        R::NothingThere { what: text("aisle") },
        R::NotPositive { what: text("Width"), given: 0 },
        R::TooMany { what: text("Aisles"), given: 2, max: 1 },
        R::OutOfBounds { what: text("Aisle 1"), given: 2, max: 1 },
        R::CrossAislesOutOfOrder { before: 2, given: 1 },
        R::AisleTwice { aisle: 1 },
        R::AisleGoesNowhere { aisle: 1, from: 1, to: 0, cross_aisles: 2 },
        R::AislesOverlap { one: 1, other: 2 },
        R::UnknownCrossAisle { what: text("The depot"), cross_aisle: 9 },
        R::Disconnected { from_mm: 0, to_mm: 1 },
        R::NoAccessPoint { bin: text("A"), aisle: 1, y_mm: 2 },
        R::ObstacleNowhere { aisle: 1, from_mm: 2, to_mm: 3 },
        R::ObstacleInOneWay { aisle: 1 },
        R::ZoneNameTaken { zone: text("cold") },
        R::UnknownAisle { zone: text("cold"), aisle: 9 },
        R::AisleInTwoZones { aisle: 1, one: text("cold"), other: text("dry") },
        R::LevelsOutOfOrder { before: 2, given: 1 },
        R::BinTaken { code: code.clone() },
        R::CodeTwice { code: code.clone() },
        R::BadPattern { part: text("shelf") },
        R::BadAisles { given: text("F-A") },
        R::BadRange { what: Run::Bays, from: 2, to: 1, max: 9 },
        R::AislesMissing { asked: 6, first: 1, there: 4 },
        R::BadBinCode { code: text("a b") },
        R::BinVolumeOutOfRange { given: 0, max: 9 },
        R::BinWeightOutOfRange { given: 0, max: 9 },
        R::BinLocked { code: code.clone(), note: text("wet") },
        R::BinRetired { code: code.clone() },
        R::NotALeaf { code: text("YARD"), what: text("zone") },
        R::BinHolds { code: code.clone(), units: 3 },
        R::BinNotLocked { code: code.clone() },
        R::LastOfKind { code: code.clone(), kind: text("dock") },
        R::WorldBin { code: code.clone() },
        R::LabelUnprintable { code: code.clone() },
        R::WrongState { code, kind: text("quarantine"), state: text("sellable") },
        R::LabelsOutOfRange { bins: 0, max: 9 },
    ]
    .map(Into::into)
    .to_vec()
}

fn inspections() -> Vec<Refusal> {
    use InspectionRefusal as R;
    let number = text("IN-1");
    [
        R::PlanOfNothing,
        R::Amount { from: 1, to: 100 },
        R::NoteTooLong { max: 500 },
        R::WrongItem { number: number.clone(), expected: text("MUG"), scanned: text("CUP") },
        R::TooMany { number: number.clone(), asked: 3, left: 2 },
        R::Closed { number: number.clone() },
        R::NotJudged { number, left: 2 },
        R::UnderInspection { units: 4 },
    ]
    .map(Into::into)
    .to_vec()
}

fn stock() -> Vec<Refusal> {
    use StockRefusal as R;
    let unknown = R::UnknownChannel { code: text("web") };
    let (reason, long) = (R::HoldReason { reason: text("Checked and good") }, R::NoteTooLong { max: 500 });
    let asked = [
        R::NotADimension { dimension: text("Reason") },
        R::GroupedTwice,
        R::NotYet,
        R::ValueIsOfNow,
        R::PeriodBackwards,
        R::PeriodTooLong { days_max: 31 },
    ];
    let unlawful = {
        use crate::stock::{Reason, State};
        R::Unlawful { reason: Reason::Release, from: State::Returned, to: State::Sellable }
    };
    let told = [R::NotEnough { wanted: 2, free: 1 }, unlawful, R::EmptyReceipt, R::NegativeCost, unknown, reason, long];
    told.into_iter().chain(asked).map(Into::into).collect()
}

fn transfers() -> Vec<Refusal> {
    use TransferRefusal as R;
    let (sku, number, code) = (text("MUG"), text("TR-1"), text("A01-01L-1"));
    [
        R::SameSite,
        R::NoLines,
        R::TooManyLines { given: 9, max: 8 },
        R::LineUnread { line: 2 },
        R::SkuTwice,
        R::NoteTooLong { max: 9 },
        R::NotFree { sku: sku.clone(), wanted: 3, free: 1 },
        R::OwnRequest,
        R::WrongStatus { number, status: text("in transit") },
        R::NotInTransfer { scanned: text("CUP") },
        R::NoSuchBin { code },
        R::MoreThanAsked { sku: sku.clone(), left: 1, scanned: 2 },
        R::NothingLoaded,
        R::MoreThanShipped { sku, left: 1, scanned: 2 },
        R::NothingMissing,
        R::FreightOutOfRange { max: 9 },
        R::DaysOutOfRange { given: 400 },
        R::NotProposed,
    ]
    .map(Into::into)
    .to_vec()
}

fn waves() -> Vec<Refusal> {
    use WaveRefusal as R;
    let number = text("WV-1");
    [
        R::NothingToPick,
        R::EmptyWave,
        R::OrderTwice { order: text("SO-1") },
        R::OrderLargerThanCart { order: text("SO-1"), measure: text("litres"), needs: 2, room: 1 },
        R::NotPositive { what: text("The cart's volume"), given: 0 },
        R::SlotsOutOfRange { given: 0, max: 1 },
        R::VolumeOutOfRange { given: 0, max: 1 },
        R::WeightOutOfRange { given: 0, max: 1 },
        R::PickersOutOfRange { given: 0, max: 1 },
        R::UnknownZone { zone: text("cold") },
        R::UnknownDepot { depot: text("Roof"), starts: true },
        R::HeavyOutOfRange { given: 0, max: 100_000 },
        R::NoZones,
        R::TakenMeanwhile,
        R::PlannerBusy,
        R::PlanningStopped,
        R::OrdersOutOfRange { given: 0, max: 1 },
        R::AlreadyReleased { number: number.clone() },
        R::Cancelled { number: number.clone() },
        R::AlreadyPicked { number },
    ]
    .map(Into::into)
    .to_vec()
}

/// Each noun's samples, and the source that declares its refusals.
fn nouns() -> [(Vec<Refusal>, &'static str); 22] {
    [
        (catalog(), include_str!("catalog/refusal.rs")),
        (counts(), include_str!("counts/refusal.rs")),
        (exceptions(), include_str!("exceptions/refusal.rs")),
        (floor(), include_str!("floor/refusal.rs")),
        (labour(), include_str!("waves/labour/refusal.rs")),
        (ledger(), include_str!("ledger/refusal.rs")),
        (lots(), include_str!("lots/refusal.rs")),
        (lpns(), include_str!("lpns/refusal.rs")),
        (orders(), include_str!("orders/refusal.rs")),
        (owners(), include_str!("owners/refusal.rs")),
        (people(), include_str!("people/refusal.rs")),
        (putaway(), include_str!("putaway/refusal.rs")),
        (purchasing(), include_str!("purchasing/refusal.rs")),
        (reasons(), include_str!("reasons/refusal.rs")),
        (refunds(), include_str!("refunds/refusal.rs")),
        (replenish(), include_str!("replenish/refusal.rs")),
        (returns(), include_str!("returns/refusal.rs")),
        (sites(), include_str!("sites/refusal.rs")),
        (inspections(), include_str!("inspections/refusal.rs")),
        (stock(), include_str!("stock/refusal.rs")),
        (transfers(), include_str!("transfers/refusal.rs")),
        (waves(), include_str!("waves/refusal.rs")),
    ]
}

fn all() -> Vec<Refusal> {
    common().into_iter().chain(nouns().into_iter().flat_map(|(samples, _)| samples)).collect()
}

#[test]
fn every_refusal_has_a_sample() {
    for (samples, source) in nouns() {
        let kinds: std::collections::HashSet<_> = samples.iter().map(|sample| format!("{sample:?}")).collect();
        assert_eq!(kinds.len(), source.matches("#[error(").count(), "{samples:?}");
    }
    assert_eq!(money().len(), include_str!("money.rs").matches("#[error(").count());
}

/// The code is the API's word for it: two refusals share one only when they say the same (and `money`, whose errors are one input's).
#[test]
fn a_code_means_one_thing() {
    let mut known = std::collections::HashMap::new();
    for refusal in all().into_iter().filter(|refusal| !matches!(refusal, Refusal::Common(CommonRefusal::Money(_)))) {
        let words = refusal.to_string();
        let code = refusal.code();
        assert!(!code.is_empty() && code.chars().all(|char| char.is_ascii_lowercase() || char == '_'), "{code}");
        assert_ne!(code, "money");
        let before = known.insert(code, words.clone());
        assert!(before.is_none_or(|before| before == words), "{code} is said of two things");
    }
}

#[test]
fn a_status_is_one_of_those_that_refuse() {
    for refusal in all() {
        assert!([401, 403, 404, 409, 422, 429].contains(&refusal.status()), "{refusal:?}: {}", refusal.status());
        // What is refused for its input stands beside a field, unless it is about the request as a whole.
        let whole = ["command_reused", "past_not_yours", "not_verified", "invalid_command"];
        let beside = refusal.beside().is_some() || refusal.status() != 422 || whole.contains(&refusal.code());
        assert!(beside, "{refusal:?} ({}) names no field", refusal.code());
    }
}

/// What these refuse is read by machines at the bench and at the till: word for word.
#[test]
fn stock_and_refunds_say_what_and_where() {
    let told = |refusals: Vec<Refusal>| -> Vec<_> { refusals.iter().map(|r| (r.code(), r.status(), r.field())).collect() };
    assert_eq!(
        told(stock()),
        [
            ("not_enough_stock", 409, Some("quantity")),
            ("unlawful_movement", 409, None),
            ("empty_receipt", 422, Some("lines")),
            ("negative_cost", 422, Some("unit_cost")),
            ("unknown_stock_channel", 422, Some("channel")),
            ("hold_reason", 422, Some("reason")),
            ("hold_note_too_long", 422, Some("note")),
            ("not_a_dimension", 422, Some("by")),
            ("grouped_twice", 422, Some("then")),
            ("moment_not_yet", 422, Some("at")),
            ("value_is_of_now", 422, Some("value")),
            ("period_backwards", 422, Some("until")),
            ("period_too_long", 422, Some("from")),
        ]
    );
    assert_eq!(
        told(refunds()),
        [
            ("own_proposal", 403, None),
            ("own_inspection", 403, None),
            ("refund_wrong_status", 409, None),
            ("refund_units_exceed", 422, Some("quantity")),
            ("refund_nothing_left", 409, None),
            ("refund_above_paid", 422, Some("amount")),
            ("refund_nothing_asked", 422, Some("units")),
        ]
    );
}

#[test]
fn words_are_for_people() {
    for refusal in all() {
        let words = refusal.to_string();
        let debugged = ["{", "}", "Some(", "None", "::", "_", "RefundsApprove"].iter().find(|mark| words.contains(**mark));
        assert_eq!(debugged, None, "{words}");
        assert!(words.ends_with(['.', '!', '?']) && words.len() > 8, "{words}");
        // It begins as a sentence does, or with what was given.
        let given = format!("{refusal:?}").contains(&format!("\"{}", words.split(' ').next().unwrap_or_default()));
        assert!(given || words.starts_with(|first: char| first.is_uppercase() || first.is_numeric() || first == '“'), "{words}");
    }
    let sources = nouns().map(|(_, source)| source);
    for source in sources.into_iter().chain([include_str!("refusal.rs"), include_str!("money.rs"), include_str!("quantity.rs")]) {
        let debugged = source.lines().find(|line| line.contains("#[error(") && line.contains(":?}"));
        assert_eq!(debugged, None);
    }
}

#[test]
fn every_permission_has_words() {
    let held: std::collections::BTreeSet<_> = crate::people::Role::ALL.iter().flat_map(|role| role.permissions()).collect();
    let words: std::collections::HashSet<_> = held.iter().map(|permission| permission.words()).collect();
    assert_eq!(words.len(), held.len());
    let refused = PeopleRefusal::NotAllowed { permission: Permission::RefundsApprove }.to_string();
    assert_eq!(refused, "With your roles you may not approve refunds here. Ask a supervisor or an administrator.");
}

#[test]
fn every_refusal_reads_back_as_it_was_written() {
    for refusal in all() {
        let value = serde_json::to_value(&refusal).unwrap();
        assert_eq!(serde_json::from_value::<Refusal>(value).unwrap(), refusal);
    }
}
