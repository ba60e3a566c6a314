{% macro one_mailbox(address) -%}
    {#-
        An address as its provider reads it, for the providers that the configuration lists: some
        deliver a.na+shop@ and ana@ to one mailbox. None is listed as shipped.
    -#}
    {%- set providers = setting('email_providers') -%}
    {%- if not providers -%}
        {{ address }}
    {%- else -%}
        case
        {%- for provider in providers %}
        {%- set mailbox = "split_part(" ~ address ~ ", '@', 1)" -%}
        {%- if provider.tag_separator %}
        {%- set mailbox = "split_part(" ~ mailbox ~ ", '" ~ provider.tag_separator ~ "', 1)" -%}
        {%- endif -%}
        {%- if provider.ignores_dots %}
        {%- set mailbox = "replace(" ~ mailbox ~ ", '.', '')" -%}
        {%- endif %}
            when split_part({{ address }}, '@', 2) in ('{{ provider.domains | join("', '") }}')
                then {{ mailbox }} || '@{{ provider.domains[0] }}'
        {%- endfor %}
            else {{ address }}
        end
    {%- endif -%}
{%- endmacro %}
