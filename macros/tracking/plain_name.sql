{% macro plain_name(column) -%}
    {#-
        The text where it is a plain name, (other) where it is none; null stays null. What a sender
        names things by is published beside figures and outlives an erasure. No plain name is what
        has other signs than these, such as an address, is long, or has six digits in a row,
        such as a number of a phone, an account or a user, also with a sign between two of them.
    -#}
    case
        when
            {{ matches(column, text_literal('^[\\p{L}\\p{M}0-9_.:/$ -]{1,100}$')) }}
            and not {{ matches(column, text_literal('[0-9]([_.:/ -]?[0-9]){5}')) }}
            then {{ column }}
        when {{ column }} is not null then '(other)'
    end
{%- endmacro %}
