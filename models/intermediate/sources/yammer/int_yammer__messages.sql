{{ config(enabled=source_is_on('yammer')) }}

-- An open or a click says no more than when: it is of the e-mail that its user was sent last.
with emails as (
    select * from {{ ref('stg_yammer__emails') }}
),

placed as (
    select
        emails.*,
        max(case when emails.action like 'sent_%' then emails.occurred_at end) over (
            partition by emails.user_id
            order by emails.occurred_at
            range between unbounded preceding and current row
        ) as sent_at
    from emails
),

sends as (
    select
        user_id,
        occurred_at as sent_at,
        min(action) as action
    from emails
    where action like 'sent_%'
    group by user_id, occurred_at
),

campaign_emails as (
    select
        placed.user_id,
        placed.occurred_at,
        placed.action,
        placed.sent_at,
        case when placed.action like 'sent_%' then placed.action else sends.action end
            as sent_action
    from placed
    left join sends
        on
            placed.user_id = sends.user_id
            and placed.sent_at = sends.sent_at
)

select
    user_id || ':' || action || ':' || cast(occurred_at as {{ dbt.type_string() }})
        as message_event_id,
    user_id || ':' || sent_action || ':' || cast(sent_at as {{ dbt.type_string() }}) as message_id,
    case sent_action
        when 'sent_weekly_digest' then 'weekly_digest'
        when 'sent_reengagement_email' then 'reengagement_email'
        else sent_action
    end as campaign_id,
    'email' as channel,
    case
        when action like 'sent_%' then 'sent'
        when action = 'email_open' then 'opened'
        when action = 'email_clickthrough' then 'clicked'
        else action
    end as action,
    occurred_at,
    user_id
from campaign_emails
