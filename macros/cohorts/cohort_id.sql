{% macro cohort_id(cohort_type, cohort_group, period_grain, first_date) -%}
    {#- <type>_<period>, and _<group> where there is one; a type has no hyphen, a period has one. -#}
    {%- set first_day = 'cast(' ~ first_date ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {{ cohort_type }}
    || '_'
    || case {{ period_grain }}
        when 'month' then substr({{ first_day }}, 1, 7)
        when 'quarter' then substr({{ first_day }}, 1, 5) || 'Q'
            || case substr({{ first_day }}, 6, 2)
                when '01' then '1' when '04' then '2' when '07' then '3' else '4'
            end
        else {{ first_day }}
    end
    || coalesce('_' || {{ cohort_group }}, '')
{%- endmacro %}
