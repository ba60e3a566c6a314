with source as (
    select * from {{ source('previous_release', 'identity_map') }}
),

renamed as (
    select
        identifier_type,
        identifier_value,
        customer_id
    from source
)

select * from renamed
