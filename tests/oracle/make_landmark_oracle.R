# What R says about whole cohorts from a landmark on, and from the start: curves, tests, hazard
# ratios, proportional hazards, restricted means, follow-up, competing risks.
# Run from anywhere: Rscript tests/oracle/make_landmark_oracle.R
# Reads cohorts/*.csv beside this file; writes depth/outputs/landmark_cohorts.csv. Needs survival
# and cmprsk.
suppressMessages({library(survival); library(cmprsk)})
options(warn = -1)
invisible(Sys.setlocale("LC_COLLATE", "C"))
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
setwd(here)

TIMES <- c(12, 24, 36)
rows <- list()
keep <- function(cohort, landmark, what, value, group = "", time = NA) {
  rows[[length(rows) + 1]] <<- data.frame(cohort = cohort, landmark = landmark, what = what,
    group = group, time = ifelse(is.na(time), "", as.character(time)),
    value = ifelse(is.na(value), "", sprintf("%.13g", value)))
}
exact <- coxph.control(timefix = FALSE, eps = 1e-12, iter.max = 100)

for (name in c("sbrt-incomplete-tace", "reirradiation")) {
  all <- read.csv(file.path("cohorts", paste0(name, ".csv")), colClasses = "character",
    na.strings = "", check.names = FALSE)
  d <- data.frame(t = as.numeric(all$os_months), e = as.integer(all$os_event),
    lt = as.numeric(all$lc_months), le = as.integer(all$lc_event), g = all$child_pugh_class)
  os <- d[complete.cases(d[c("t", "e", "g")]), ]
  both <- d[complete.cases(d), ]
  died <- both$e == 1 & (both$t < both$lt | (both$t == both$lt & both$le == 0))
  both$time <- ifelse(died, both$t, both$lt)
  both$status <- ifelse(died, 2, both$le)
  for (L in if (name == "reirradiation") c(0, 3) else c(0, 3, 12)) {
    here_os <- os[os$t >= L, ]
    here_lc <- both[both$time >= L, ]
    horizon <- 36
    for (g in sort(unique(here_os$g))) {
      one <- here_os[here_os$g == g, ]
      keep(name, L, "n", nrow(one), g)
      fit <- survfit(Surv(t, e) ~ 1, one, conf.type = "log-log", timefix = FALSE)
      q <- quantile(fit, 0.5)
      keep(name, L, "median", q$quantile, g); keep(name, L, "median_low", q$lower, g)
      keep(name, L, "median_high", q$upper, g)
      at <- TIMES[TIMES >= L & TIMES <= max(one$t)]
      s <- if (length(at)) summary(fit, times = at)
      for (i in seq_along(at)) keep(name, L, "survival", s$surv[i], g, at[i])
      if (max(one$t) >= horizon) {
        area <- summary(survfit(Surv(t - L, e) ~ 1, one, timefix = FALSE), rmean = horizon - L)$table
        keep(name, L, "rmst", area[["rmean"]], g); keep(name, L, "rmst_se", area[["se(rmean)"]], g)
      }
      back <- quantile(survfit(Surv(t, 1 - e) ~ 1, one, conf.type = "log-log", timefix = FALSE), 0.5)
      keep(name, L, "follow_up", back$quantile, g)
      two <- here_lc[here_lc$g == g, ]
      status <- factor(two$status, 0:2, c("censored", "event", "competing"))
      ci <- survfit(Surv(two$time, status) ~ 1, conf.type = "log-log", timefix = FALSE)
      at <- TIMES[TIMES >= L & TIMES <= max(two$time)]
      s <- if (length(at)) summary(ci, times = at)
      for (i in seq_along(at)) {
        keep(name, L, "incidence", s$pstate[i, 2], g, at[i])
        keep(name, L, "death_first", s$pstate[i, 3], g, at[i])
      }
    }
    test <- survdiff(Surv(t, e) ~ g, data = here_os)
    keep(name, L, "logrank", test$chisq)
    back <- survdiff(Surv(t, 1 - e) ~ g, data = here_os)
    keep(name, L, "follow_up_logrank", back$chisq)
    cox <- coxph(Surv(t, e) ~ g, here_os, ties = "efron", control = exact)
    for (i in seq_along(coef(cox))) keep(name, L, "log_hr", coef(cox)[i], sub("^g", "", names(coef(cox))[i]))
    zph <- cox.zph(cox)$table
    keep(name, L, "zph", zph[nrow(zph), "chisq"])
    gray <- cuminc(here_lc$time, here_lc$status, here_lc$g)$Tests
    keep(name, L, "gray", gray[1, "stat"]); keep(name, L, "gray_death", gray[2, "stat"])
  }
}
write.csv(do.call(rbind, rows), "depth/outputs/landmark_cohorts.csv", row.names = FALSE,
  quote = FALSE)
