{% macro content_field_names() %}
    {#- The fields of a member that a message may show, in the order of audience_memberships. -#}
    {{ return([
        'name', 'language', 'timezone', 'send_hour', 'country', 'current_country',
        'last_browsed_category', 'preferred_category', 'cart_abandoned_date', 'abandoned_products',
        'last_action_date', 'behaviour_score', 'is_recently_browsing', 'recommended_product_id',
        'recommended_product_name', 'recommended_products',
    ]) }}
{% endmacro %}
