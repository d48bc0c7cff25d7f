//! Server functions of the site designer and of bins.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId};
use domain::sites::NewSite;
use domain::sites::design::{
    AddBin, AddBins, BinFilter, BinList, BinPage, BinsPreview, ChangeBin, Design, DrawLayout, LockBin, Locked, RetireBin,
};
use leptos::prelude::*;
use leptos::server_fn::codec::{ByteStream, GetUrl, Streaming, StreamingText, TextStream};

use crate::door::Said;

/// A site's drawing. `site` as the address says it.
#[server(endpoint = "sites/design", prefix = "/api/fn", protocol = Ask)]
pub async fn read_design(site: String) -> Result<Design, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let site = answer(site.parse().map(SiteId).map_err(|_| domain::refusal::Refusal::not_found("site").into()))?;
    answer(db().design(&caller, site).await)
}

#[server(endpoint = "sites/open", prefix = "/api/fn", protocol = Ask)]
pub async fn send_site(id: CommandId, site: NewSite) -> Result<SiteId, Said> {
    use crate::door::{answer, caller, db, now};
    let caller = caller()?;
    // Who may not open sites is told that first.
    let command = if caller.may(domain::people::Permission::SitesEdit, None) {
        answer(site.open().map_err(Into::into))?
    } else {
        return answer(Err(
            domain::people::PeopleRefusal::NotAllowed { permission: domain::people::Permission::SitesEdit }.into()
        ));
    };
    answer(db().run(&caller, id, now(), &command).await)
}

#[server(endpoint = "sites/draw", prefix = "/api/fn", protocol = Ask)]
pub async fn send_drawing(id: CommandId, command: DrawLayout) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What a pattern would make.
#[server(endpoint = "sites/preview-bins", prefix = "/api/fn", protocol = Ask)]
pub async fn read_preview(command: AddBins) -> Result<BinsPreview, Said> {
    use crate::door::{answer, caller, db};
    answer(db().preview_bins(&caller()?, &command).await)
}

#[server(endpoint = "sites/add-bins", prefix = "/api/fn", protocol = Ask)]
pub async fn send_bins(id: CommandId, command: AddBins) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "sites/add-bin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_bin(id: CommandId, command: AddBin) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// A page of a site's bins.
#[server(endpoint = "sites/bins", prefix = "/api/fn", protocol = Ask)]
pub async fn read_bins(site: String, filter: BinFilter) -> Result<BinList, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let site = answer(site.parse().map(SiteId).map_err(|_| domain::refusal::Refusal::not_found("site").into()))?;
    answer(db().bins(&caller, site, &filter).await)
}

/// Who asks for a file of a site's bins, and which: an address without a site names none.
#[cfg(feature = "ssr")]
pub(super) fn asked_bins(
    site: &str,
    zone: String,
    aisle: &str,
    kind: &str,
    code: String,
) -> Result<(domain::people::Caller, SiteId, BinFilter), Said> {
    let caller = crate::door::caller()?;
    let site = site.parse().map(SiteId).ok();
    if site.is_none() && caller.may(domain::people::Permission::StockView, None) {
        return Err(Said::not_found("site"));
    }
    let kind = domain::sites::places::BinKind::parse(kind);
    let filter = BinFilter { zone, aisle: aisle.parse().ok(), kind, code, page: 1 };
    Ok((caller, site.unwrap_or(SiteId::NIL), filter))
}

/// The same as a file.
#[server(endpoint = "sites/bins.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn bins_csv(
    #[server(default)] site: String,
    #[server(default)] zone: String,
    #[server(default)] aisle: String,
    #[server(default)] kind: String,
    #[server(default)] code: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, db};
    let (caller, site, filter) = asked_bins(&site, zone, &aisle, &kind, code)?;
    let mut csv = Csv::new(&[
        "bin",
        "kind",
        "zone",
        "aisle",
        "y_mm",
        "side",
        "level",
        "class",
        "hazard",
        "mixing",
        "volume_ml",
        "weight_g",
        "units",
        "used_volume_ml",
        "used_weight_g",
        "locked",
    ]);
    for row in answer(db().every_bin(&caller, site, &filter).await)? {
        let at = |of: fn(domain::sites::layout::Access) -> String| row.at.map(of).unwrap_or_default();
        let limit = |limit: Option<i32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        let keeping = row.keeping;
        csv.row(&[
            row.code.clone(),
            row.kind.code().to_owned(),
            row.zone.clone(),
            at(|at| at.aisle.to_string()),
            at(|at| at.y_mm.to_string()),
            at(|at| at.side.code().to_owned()),
            at(|at| at.level.to_string()),
            keeping.class.code().to_owned(),
            keeping.hazard.code().to_owned(),
            keeping.mixing.code().to_owned(),
            limit(keeping.volume_ml),
            limit(keeping.weight_g),
            row.units.to_string(),
            row.used_volume_ml.to_string(),
            row.used_weight_g.to_string(),
            row.locked.to_string(),
        ]);
    }
    Ok(csv.download("bins"))
}

/// One bin with what stands in it. `bin` as the address says it.
#[server(endpoint = "sites/bin", prefix = "/api/fn", protocol = Ask)]
pub async fn read_bin(bin: String) -> Result<BinPage, Said> {
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let bin = answer(bin.parse().map_err(|_| domain::refusal::Refusal::not_found("bin").into()))?;
    answer(db().bin(&caller, bin).await)
}

#[server(endpoint = "sites/change-bin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_change(id: CommandId, command: ChangeBin) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "sites/lock-bin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_lock(id: CommandId, command: LockBin) -> Result<Locked, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "sites/retire-bin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_retire(id: CommandId, command: RetireBin) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// Label sheets of the bins that are asked for.
#[server(endpoint = "sites/labels.pdf", prefix = "/api/fn", input = GetUrl, output = Streaming)]
pub async fn labels_pdf(
    #[server(default)] site: String,
    #[server(default)] zone: String,
    #[server(default)] aisle: String,
    #[server(default)] kind: String,
    #[server(default)] code: String,
    #[server(default)] sheet: String,
) -> Result<ByteStream<Said>, Said> {
    use crate::door::{answer, db};
    use domain::sites::labels::Sheet;
    let (caller, site, filter) = asked_bins(&site, zone, &aisle, &kind, code)?;
    let sheet = Sheet::parse(&sheet).unwrap_or_default();
    let file = answer(db().bin_labels(&caller, site, &filter, sheet, service::sites::Printed::Pdf).await)?;
    Ok(crate::file::bytes("application/pdf", "bin-labels.pdf", file))
}

/// The same for a label printer.
#[server(endpoint = "sites/labels.zpl", prefix = "/api/fn", input = GetUrl, output = Streaming)]
pub async fn labels_zpl(
    #[server(default)] site: String,
    #[server(default)] zone: String,
    #[server(default)] aisle: String,
    #[server(default)] kind: String,
    #[server(default)] code: String,
    #[server(default)] sheet: String,
) -> Result<ByteStream<Said>, Said> {
    use crate::door::{answer, db};
    use domain::sites::labels::Sheet;
    let (caller, site, filter) = asked_bins(&site, zone, &aisle, &kind, code)?;
    let sheet = Sheet::parse(&sheet).unwrap_or_default();
    let file = answer(db().bin_labels(&caller, site, &filter, sheet, service::sites::Printed::Zpl).await)?;
    Ok(crate::file::bytes("text/plain; charset=utf-8", "bin-labels.zpl", file))
}
