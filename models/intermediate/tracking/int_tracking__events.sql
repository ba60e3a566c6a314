-- Events as their sources deliver them, with the line that did; late or doubled ones too.
with delivered as (
    {{ union_sources('events') }}
)

select * from delivered
where
    event_name is not null
    and occurred_at >= {{ days_before_as_of(setting('tracking_window_days')) }}
    and occurred_at < {{ as_of() }}
