{% macro in_reporting_currency(amount, relation, time) -%}
    {#-
        The amount of a record that exchange_rate_join found the rate for. Nothing is nothing in
        any currency; what cannot be converted stops the run.
    -#}
    {%- set reporting = setting('reporting_currency') -%}
    cast(
        {{ amount }}
        * case
            when {{ relation }}.currency = '{{ reporting }}' then 1
            when exchange_rates.rate is not null then exchange_rates.rate
            when {{ amount }} <> 0 then {{ raise_error(
                "'exchange_rates: no rate ' || coalesce(" ~ relation
                ~ ".currency, '(no currency)') || ' to " ~ reporting ~ " on ' || cast(cast(" ~ time
                ~ " as date) as " ~ dbt.type_string() ~ ")"
            ) }}
            else 1
        end
        as decimal(18, 4)
    )
{%- endmacro %}
