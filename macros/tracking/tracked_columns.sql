{% macro tracked_columns() %}
    {#- The contract's columns of an event that are properties of it, with the kind that each has. -#}
    {{ return({
        'category': 'text',
        'country': 'text',
        'currency': 'text',
        'page_path': 'text',
        'platform': 'text',
        'product_id': 'text',
        'session_id': 'text',
        'utm_source': 'text',
        'value_amount': 'number',
    }) }}
{% endmacro %}
