{% macro period_of(time, grain) -%}
    {#- First day of the day, week (Monday), month or quarter; the grain is an expression. -#}
    case {{ grain }}
        {%- for unit in ['day', 'week', 'month', 'quarter'] %}
        when '{{ unit }}' then cast(date_trunc('{{ unit }}', {{ time }}) as date)
        {%- endfor %}
    end
{%- endmacro %}
