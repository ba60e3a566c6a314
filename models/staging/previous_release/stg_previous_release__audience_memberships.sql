with source as (
    select * from {{ source('previous_release', 'audience_memberships') }}
),

renamed as (
    select
        audience,
        customer_id,
        purpose,
        definition_hash,
        entered_at,
        {%- for field in member_field_names() %}
        {{ field }},
        {%- endfor %}
        fields_hash
    from source
)

select * from renamed
