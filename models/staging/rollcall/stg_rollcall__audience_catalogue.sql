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
        cast(hold_change_rate as double) as hold_change_rate,
        cast(hold_change_count as bigint) as hold_change_count,
        cast(hold_days_change_rate as double) as hold_days_change_rate,
        -- booleans
        is_suppression,
        -- timestamps
        cast(defined_at as timestamp) as defined_at
    from source
)

select * from renamed
