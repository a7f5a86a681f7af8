GRANT SELECT ON movement_sum, movement_sum_through TO article6_app;
REVOKE ALL ON FUNCTION movements, fold_movements FROM PUBLIC;
GRANT EXECUTE ON FUNCTION movements, fold_movements TO article6_app;
