"""What the sample shop sells: goods, their prices over time, and what is not to be had."""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass

from rollcall.sample import vocabulary as words
from rollcall.sample.clock import DAY, HOUR, Calendar, plain, rng_for
from rollcall.sample.landing import Landing
from rollcall.sample.systems import SHOP_PRICE_CHANGES, SHOP_PRODUCTS
from rollcall.sample.visit import CURRENCY, pounds


@dataclass
class Product:
    """One article. Prices are in pence, each from its time on."""

    sku: str
    title: str
    category: str
    rating: str
    price_times: list[int]
    prices: list[int]
    is_available: bool

    def price_at(self, moment: int) -> int:
        """Return the price in pence at a time."""
        return self.prices[max(0, bisect_right(self.price_times, moment) - 1)]


class Catalogue:
    """All goods, by category."""

    def __init__(self, calendar: Calendar, seed: int) -> None:
        """Plan the goods; the same arguments plan the same ones."""
        rng = rng_for(seed, "catalogue")
        self._calendar = calendar
        self.by_category: dict[str, list[Product]] = {}
        number = 1000
        for category, (titles, base) in words.CATEGORIES.items():
            goods = []
            for title in titles:
                for colour in words.COLOURS:
                    number += 1
                    name = f"{title}, {colour}"
                    goods.append(
                        _plan_product(rng, f"SKU-{number}", name, category, base, calendar)
                    )
            self.by_category[category] = goods
        self.by_sku = {item.sku: item for goods in self.by_category.values() for item in goods}

    def pick(self, rng: random.Random, category: str) -> Product:
        """Return an article of a category; the first ones sell best."""
        goods = self.by_category[category]
        return goods[int(len(goods) * rng.random() ** 2)]

    def write(self, landing: Landing) -> None:
        """Write every article's first and present record, and each change of its price."""
        for goods in self.by_category.values():
            for product in goods:
                self._write_product(landing, product)

    def _write_product(self, landing: Landing, product: Product) -> None:
        last = len(product.prices) - 1
        for index in sorted({0, last}):
            moment = product.price_times[index]
            yes = "true" if product.is_available or index < last else "false"
            row = (product.sku, product.title, product.category, product.rating)
            price = pounds(product.prices[index])
            landing.add(SHOP_PRODUCTS, moment, (*row, price, CURRENCY, yes, plain(moment)))
        for moment, pence in zip(product.price_times, product.prices, strict=True):
            yes = "true" if product.is_available or moment < product.price_times[-1] else "false"
            change = (product.sku, plain(moment), pounds(pence), CURRENCY, yes)
            landing.add(SHOP_PRICE_CHANGES, moment, change)


def _plan_product(
    rng: random.Random, sku: str, title: str, category: str, base: int, calendar: Calendar
) -> Product:
    price = int(base * rng.uniform(0.6, 1.6)) // 100 * 100 + 99
    times, prices = [calendar.start], [price]
    moment = calendar.start + rng.uniform(20, 160) * DAY
    while moment < calendar.until:
        times.append(int(moment) // HOUR * HOUR)
        prices.append(int(price * rng.choice((0.7, 0.8, 0.9, 1.0, 1.1))) // 10 * 10 + 9)
        moment += rng.uniform(40, 160) * DAY
    rating = f"{rng.uniform(3, 5):.1f}"
    return Product(sku, title, category, rating, times, prices, rng.random() < 0.93)
