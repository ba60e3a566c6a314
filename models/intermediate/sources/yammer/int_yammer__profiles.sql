{{ config(enabled=source_is_on('yammer')) }}

with users as (
    select * from {{ ref('stg_yammer__users') }}
)

select
    user_id as profile_id,
    user_id,
    case language_name
        when 'arabic' then 'ar'
        when 'chinese' then 'zh'
        when 'english' then 'en'
        when 'french' then 'fr'
        when 'german' then 'de'
        when 'italian' then 'it'
        when 'japanese' then 'ja'
        when 'korean' then 'ko'
        when 'portugese' then 'pt'
        when 'russian' then 'ru'
        when 'spanish' then 'es'
        -- What names no language passes as it is.
        else language_name
    end as language,
    created_at,
    coalesce(activated_at, created_at) as updated_at
from users
