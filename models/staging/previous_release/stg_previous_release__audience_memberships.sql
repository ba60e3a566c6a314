with source as (
    select * from {{ source('previous_release', 'audience_memberships') }}
),

renamed as (
    select
        audience,
        customer_id,
        entered_at,
        definition_hash,
        fields_hash
    from source
)

select * from renamed
