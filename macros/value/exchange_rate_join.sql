{% macro exchange_rate_join(relation, time) -%}
    {#- Joins the CTE `exchange_rates`: the rate of the day to the reporting currency, if any. -#}
left join exchange_rates
    on
        {{ relation }}.currency = exchange_rates.from_currency
        and exchange_rates.to_currency = '{{ setting('reporting_currency') }}'
        and cast({{ time }} as date) = exchange_rates.rate_date
{%- endmacro %}
