{% macro in_reporting_currency(amount, relation) -%}
    {#-
        The amount of a record that exchange_rate_join found the rate for. Nothing is nothing in
        any currency; what cannot be converted is unknown: int_activity__unconverted judges it.
    -#}
    try_cast(
        cast({{ amount }} as decimal(20, 4))
        * case
            when {{ relation }}.currency = '{{ setting('reporting_currency') }}' then 1
            when exchange_rates.rate is not null then exchange_rates.rate
            when {{ amount }} = 0 then 1
        end
        as decimal(18, 4)
    )
{%- endmacro %}
