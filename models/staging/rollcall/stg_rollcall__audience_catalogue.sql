with source as (
    select * from {{ source('rollcall', 'audience_catalogue') }}
),

renamed as (
    select
        -- text
        audience,
        owner,
        purpose,
        tier,
        campaign,
        goal,
        description,
        definition_hash,
        defined_by,
        -- numbers
        cast(priority as bigint) as priority,
        -- booleans
        is_suppression,
        -- timestamps
        cast(defined_at as timestamp) as defined_at
    from source
)

select * from renamed
