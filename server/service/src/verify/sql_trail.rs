//! Statements that find gaps in the trail: commands, audit, seals, outbox. Rows are breaches, in words.
//!
//! Commands are forgotten after 90 days, audit rows never: what is old is asked of the audit.

use super::checks;

checks! { trail:
    "I6" "every command has one audit row"
    "select format('command %s (%s): %s audit rows', c.id, c.kind, count(a.command_id))
     from command c left join audit a on a.org_id = c.org_id and a.command_id = c.id
     where c.org_id = $1 group by c.id, c.kind having count(a.command_id) <> 1
     union all
     select format('audit row of %s, which is no command', a.command_id) from audit a
     where a.org_id = $1 and a.recorded_at > now() - interval '89 days'
       and not exists (select from command c where c.org_id = a.org_id and c.id = a.command_id)";

    "I6" "seals follow each other without a gap, and what is announced is sealed once"
    "select format('seal %s is followed by %s', position, next) from (
       select position, lead(position) over (order by position) as next from audit_seal where org_id = $1) s
     where next <> position + 1
     union all
     select format('the first seal is %s', min(position)) from audit_seal where org_id = $1 having min(position) <> 1
     union all
     select format('seal %s is of %s, which has no audit row', s.position, s.command_id) from audit_seal s
     where s.org_id = $1 and not exists (select from audit a where a.org_id = s.org_id and a.command_id = s.command_id)";

    "I7" "a command took effect once"
    "select format('command %s stands %s times', id, count(*)) from command where org_id = $1 group by id having count(*) > 1";

    "I7" "every effect has its command, and a refused one had none"
    "select format('%s of command %s, %s', e.what, e.command_id, case when a.command_id is null then 'which is unknown' else 'which was refused' end)
     from (select 'movement' as what, command_id from movement where org_id = $1
           union all select 'transfer', command_id from gl_transfer where org_id = $1
           union all select 'cost layer', command_id from cost_layer where org_id = $1
           union all select 'cost entry', command_id from cost_entry where org_id = $1
           union all select 'decision', command_id from decision where org_id = $1) e
     left join audit a on a.org_id = $1 and a.command_id = e.command_id
     where a.command_id is null or a.refused";

    "I9" "outbox positions are dense, and end at the head"
    "select format('positions %s to %s for %s rows, head %s', o.first, o.last, o.rows, h.position)
     from (select min(position) as first, max(position) as last, count(position) as rows, count(distinct position) as apart
           from outbox where org_id = $1) o
     left join outbox_head h on h.org_id = $1
     where coalesce(o.last, 0) <> coalesce(h.position, 0)
        or (o.rows > 0 and (o.first <> 1 or o.last <> o.rows or o.apart <> o.rows))";

    "I9" "every command was announced, and no follower is ahead of the outbox"
    "select format('command %s (%s) announced nothing', c.id, c.kind) from command c
     where c.org_id = $1 and not exists (select from outbox o where o.org_id = c.org_id and o.command_id = c.id)
     union all
     select format('%s has read to %s, the outbox ends at %s', f.follower, f.position, coalesce(h.position, 0))
     from follower_cursor f left join outbox_head h on h.org_id = f.org_id
     where f.org_id = $1 and f.position > coalesce(h.position, 0)";
}
