-- When RFM is scored: at as_of, and at the first instant of its month and of those before it.
select {{ as_of() }} as measured_at
union
select
    {{ each_step(
        'cast(' ~ month_of(as_of()) ~ " as timestamp) - interval '"
        ~ setting('rfm_history_months') ~ "' month",
        'cast(' ~ month_of(as_of()) ~ ' as timestamp)',
        "'1 month'"
    ) }} as measured_at
