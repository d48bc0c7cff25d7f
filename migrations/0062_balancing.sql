-- Node balancing, and what each channel is not told of.

select add_words('decision', 'decision_kind', '{balancing}');

-- Units kept from what a channel is told can be sold, so that two channels do not sell the last one at once. The nil SKU is the
-- channel's own number; a SKU's number comes before it.
create table channel_buffer (
    org_id uuid not null,
    channel_id uuid not null,
    sku_id uuid not null default '00000000-0000-0000-0000-000000000000',
    units int not null constraint channel_buffer_not_negative check (units >= 0),
    recorded_at timestamptz not null default now(),
    constraint channel_buffer_pk primary key (org_id, channel_id, sku_id),
    constraint channel_buffer_channel foreign key (org_id, channel_id) references channel (org_id, id)
);
select org_table('channel_buffer', 'select, insert, update, delete');
