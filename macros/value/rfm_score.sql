{% macro rfm_score(worst_first) -%}
    {#- 1 to 5 by rank from worst to best; equal values get equal scores, one customer alone 5. -#}
    case
        when count(*) over () = 1 then 5
        else least(
            5,
            1 + cast(floor(
                5 * (rank() over (order by {{ worst_first }}) - 1) / (count(*) over () - 1)
            ) as bigint)
        )
    end
{%- endmacro %}
