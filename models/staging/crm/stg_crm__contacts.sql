{{ config(enabled=source_is_on('crm')) }}

with source as (
    select * from {{ source('crm', 'contacts') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('contact_id') }} as contact_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('loyalty_number') }} as loyalty_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('city') }} as city,
        {{ country_code('country') }} as country,
        {{ clean_text('timezone') }} as timezone,
        {{ clean_text('language') }} as language,
        {{ clean_text('lead_source') }} as lead_source,
        {{ clean_text('intent') }} as intent,
        {{ clean_text('use_case') }} as use_case,
        {{ clean_text('notes') }} as notes,
        -- booleans
        {{ to_boolean('deleted') }} as is_deleted,
        -- dates
        {{ parse_date('birth_date') }} as birth_date,
        -- timestamps
        {{ parse_timestamp('created_at') }} as created_at,
        {{ parse_timestamp('updated_at') }} as updated_at
    from source
)

select * from renamed
