"""History: backtests of the rules, alert rates, and the article's figures."""
