with source as (
    select * from {{ source('rollcall', 'audience_approvals') }}
),

renamed as (
    select
        audience,
        approved_by
    from source
)

select * from renamed
