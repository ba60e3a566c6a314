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
        -- numbers
        cast(priority as bigint) as priority,
        -- booleans
        is_suppression
    from source
)

select * from renamed
