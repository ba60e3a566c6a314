{% macro in_reporting_currency(amount, currency, rate, amount_at) -%}
    {#- A missing rate stops the run and names the day; of nothing, or of null, none is asked. -#}
    {%- set reporting_currency = setting('reporting_currency') -%}
    cast(
        {{ amount }}
        * case
            when {{ currency }} = '{{ reporting_currency }}' then 1
            when {{ rate }} is not null then {{ rate }}
            when {{ amount }} <> 0 then {{ raise_error(
                "'exchange_rates: no rate ' || coalesce(" ~ currency ~ ", '(no currency)') || ' to "
                ~ reporting_currency ~ " on ' || cast(cast(" ~ amount_at ~ " as date) as "
                ~ dbt.type_string() ~ ")"
            ) }}
            else 1
        end
        as decimal(18, 4)
    )
{%- endmacro %}
