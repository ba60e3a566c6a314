{% macro trait_value_problem(part, value, measure) %}
    {#- What is wrong with a value in a block, by what its part must be. -#}
    {%- set is_list = value is sequence and value is not string and value is not mapping -%}
    {%- if part in ['unit', 'same'] -%}
        {%- set known = ['days', 'moments'] if part == 'unit' else ['product_id', 'category'] -%}
        {%- set fits, wanted = value in known, known | join(' or ') -%}
    {%- elif part in ['value', 'by'] -%}
        {%- set columns = [
            'moment', 'category', 'product_id', 'platform', 'country', 'value_amount', 'day'
        ] -%}
        {%- set fits = value in columns
            or value is mapping and value | list == ['property'] and value.property is string -%}
        {%- set wanted = columns | join(', ') ~ ' or {property: name}' -%}
    {%- elif part in ['value_below', 'value_at_least'] -%}
        {%- set fits, wanted = value is integer or value is float, 'a number' -%}
    {%- elif part == 'local_hours' -%}
        {%- set fits = is_list and value | select('integer') | list | length == 2
            and value | length == 2 and 0 <= value[0] < value[1] <= 24 -%}
        {%- set wanted = 'an hour of the day and a later one, like [0, 6]' -%}
    {%- elif part == 'property' -%}
        {%- set fits, wanted = value is mapping and value, 'names with values, like {page: help}' -%}
    {%- elif part in ['steps', 'count'] or part == 'at_least' and measure == 'streak' -%}
        {%- set fits, wanted = value is integer and value > 0, 'a whole number from 1 on' -%}
    {%- elif part in ['window', 'within', 'from', 'to', 'at_least'] -%}
        {%- set fits = is_duration(value) and (part == 'to' or duration_seconds(value) > 0) -%}
        {%- set wanted = 'days, hours, minutes and seconds in whole numbers, like {days: 7}' -%}
    {%- else -%}
        {%- set fits = value is string
            or is_list and value and value | reject('string') | list == [] -%}
        {%- set wanted = 'a name or a list of names' -%}
    {%- endif -%}
    {{ return('' if fits else part ~ ' ' ~ value ~ ' is not ' ~ wanted ~ '.') }}
{% endmacro %}
