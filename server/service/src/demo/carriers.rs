//! The demo's carriers: four names, three of which call at each site, at different times.

use chrono::NaiveTime;
use domain::carriers::SetService;
use domain::ids::SiteId;

/// Code, carrier, service, countries, hour and minute it calls at Leeds and at Lyon, whether it is the usual one there.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], [Option<(u32, u32)>; 2], [bool; 2]);

const ROWS: [Row; 4] = [
    ("dhl-next", "DHL", "Next day", &[], [Some((18, 30)), Some((18, 0))], [false, false]),
    ("dpd-two", "DPD", "Two days", &["GB", "IE", "FR", "DE", "NL"], [Some((16, 0)), Some((17, 0))], [false, false]),
    ("poste-colissimo", "La Poste", "Colissimo", &["FR"], [None, Some((16, 30))], [false, true]),
    ("rm-48", "Royal Mail", "Tracked 48", &["GB"], [Some((17, 30)), None], [true, false]),
];

/// What each carrier offers at each site it calls at.
pub(super) fn services(sites: [SiteId; 2]) -> Vec<SetService> {
    let mut services = Vec::new();
    for (code, carrier, service, countries, calls, usual) in ROWS {
        for ((site, call), usual) in sites.into_iter().zip(calls).zip(usual) {
            let Some((hour, minute)) = call else { continue };
            services.push(SetService {
                site,
                code: code.into(),
                carrier: carrier.into(),
                service: service.into(),
                countries: countries.iter().map(|country| (*country).to_owned()).collect(),
                leaves_at: NaiveTime::from_hms_opt(hour, minute, 0),
                usual,
            });
        }
    }
    services
}
