{% macro interpolated(value, before_count, reached_count, fifths) -%}
    {#-
        Aggregate over distinct values: the one at a position given in fifths, on the straight line
        between the two that it lies between. In decimals, exact: a fifth has one digit.
    -#}
    {%- set lower = 'cast(floor((' ~ fifths ~ ') / 5) as bigint)' -%}
    {%- set rest = '((' ~ fifths ~ ') - 5 * ' ~ lower ~ ')' -%}
    cast(
        0.2 * sum(
            {{ value }} * cast(
                case
                    when {{ lower }} >= {{ before_count }} and {{ lower }} < {{ reached_count }}
                        then 5 - {{ rest }}
                    else 0
                end
                + case
                    when
                        {{ lower }} + 1 >= {{ before_count }}
                        and {{ lower }} + 1 < {{ reached_count }}
                        then {{ rest }}
                    else 0
                end
                as decimal(2, 0)
            )
        )
        as decimal(22, 5)
    )
{%- endmacro %}
